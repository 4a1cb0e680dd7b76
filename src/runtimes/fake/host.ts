import type { Part } from '../../stack/part.ts'
import { Replica } from '../replica.ts'
import { type ReplicaHost, type ReplicaSlot, replicaId } from '../replica-host.ts'
import type { Exit, Running } from '../running.ts'
import type { Capabilities } from '../runtime.ts'

/** The host of the fake runtime: replicas in memory. */

const HOST = '127.0.0.1'
const FIRST_PID = 1_000

/** Replicas that exist only in memory: for tests of what uses a runtime, and of the supervisor itself. */
export class FakeHost implements ReplicaHost {
  readonly name = 'fake'
  readonly capabilities: Capabilities = { canKill: true, canPause: true, canScale: true }
  readonly drainMs = 0
  readonly #logs = new Map<string, string[]>()
  readonly #lives = new Map<string, FakeLife>()
  #nextPid = FIRST_PID

  async open(): Promise<void> {}

  async begin(slot: ReplicaSlot): Promise<Replica[]> {
    return [await this.add(slot)]
  }

  async add({ part, number, emit }: ReplicaSlot): Promise<Replica> {
    const id = replicaId(part, number)
    return new Replica({
      id,
      part,
      address: () => ({ host: HOST, port: part.preferredPort + 10 * (number - 1) }),
      launch: async () => this.#launch(id, part),
      checkHealth: async () => this.#lives.get(id)?.whyUnhealthy,
      tail: async (lines) => this.#tail(id, lines),
      emit: emit(id),
      random: () => 0,
    })
  }

  async remove(): Promise<void> {}
  async ready(): Promise<void> {}
  async changed(): Promise<void> {}

  origin(): undefined {
    return undefined
  }

  async logs({ id }: Replica, lines: number): Promise<string[]> {
    return this.#tail(id, lines)
  }

  async close(): Promise<void> {}

  /** From now on the replica answers no health check, until it is started again. */
  hang(id: string): void {
    const life = this.#lives.get(id)
    if (life === undefined) throw new Error(`${id} does not run`)
    life.whyUnhealthy = 'it hangs'
  }

  #launch(id: string, part: Part): Running {
    const life = new FakeLife(this.#nextPid++, part)
    this.#lives.set(id, life)
    this.#logs.set(id, [...(this.#logs.get(id) ?? []), `${id} started`])
    return life
  }

  #tail(id: string, lines: number): string[] {
    return (this.#logs.get(id) ?? []).slice(-lines)
  }
}

/** A process in memory: it ends at once when it is asked to, unless it is frozen or hangs. */
class FakeLife implements Running {
  readonly pid: number
  readonly exited: Promise<Exit>
  whyUnhealthy: string | undefined
  readonly #stopSignal: NodeJS.Signals
  #frozen = false
  #end: (exit: Exit) => void = () => undefined

  constructor(pid: number, { stopSignal = 'SIGTERM' }: Part) {
    this.pid = pid
    this.#stopSignal = stopSignal
    this.exited = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    const isAsked = signal === this.#stopSignal
    if (signal !== 'SIGKILL' && (this.#frozen || (isAsked && this.whyUnhealthy !== undefined))) return
    this.#end(isAsked ? { code: 0, signal: null } : { code: null, signal })
  }

  async pause(): Promise<void> {
    this.#frozen = true
    this.whyUnhealthy = 'it is frozen'
  }

  async resume(): Promise<void> {
    this.#frozen = false
    this.whyUnhealthy = undefined
  }

  async destroy(): Promise<void> {
    await this.signal('SIGKILL')
  }
}
