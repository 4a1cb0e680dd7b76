import { connect } from 'node:net'
import { defined } from '../base/defined.ts'
import { messageOf } from '../base/errors.ts'
import { SteadyClock } from '../base/system/steady-clock.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { probeHttp } from '../probes/http.ts'
import type { EventLog } from '../runtimes/event-log.ts'
import {
  type Actor,
  type ReplicaState,
  type ReplicaStatus,
  type RuntimeEvent,
  runtimeErrors,
} from '../runtimes/runtime.ts'
import type { LocalProcess, ReplicaControl, ReplicaLife } from './control/replica-control.ts'

/** One replica of a foreign system: its state as it is observed, and what can be done to it. */

const HEALTH_MS = 1_000
const START_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 20

export interface ForeignReplicaOptions {
  id: string
  service: string
  url: URL
  health: string | undefined
  control: ReplicaControl
  events: EventLog
}

/**
 * One replica that is not ours. It is observed: a change that we did not cause is recorded as an event of its restart policy, its
 * service manager or a person. What is done to it here is recorded with the actor who asked for it.
 */
export class ForeignReplica {
  readonly id: string
  readonly service: string
  readonly #options: ForeignReplicaOptions
  #current: ReplicaLife | undefined
  #state: ReplicaState = 'stopped'
  readonly #clock = new SteadyClock()
  #sinceMs = this.#clock.nowMs()
  /** The life that ended last: a look that began before may still return it. */
  #endedLife: string | undefined
  #starts = 0
  #detail: string | undefined
  /** Who acts on it at the moment: changes that are seen meanwhile are recorded as this actor's. */
  #acting: Actor | undefined
  #looking: Promise<void> | undefined

  constructor(options: ForeignReplicaOptions) {
    this.#options = options
    this.id = options.id
    this.service = options.service
  }

  /** Looks once. When that fails, the state stays, with the reason as its detail. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  status(): ReplicaStatus {
    if (this.#current !== undefined && !this.#options.control.lives(this.#current)) this.#ended()
    const { url } = this.#options
    const { pid, halted } = this.#current ?? {}
    return {
      id: this.id,
      state: this.#state,
      sinceMs: this.#clock.toWallMs(this.#sinceMs),
      ...defined({ pid, halted }),
      address: { host: url.hostname.replace(/^\[|\]$/g, ''), port: portOf(url) },
      origin: url.href.replace(/\/$/, ''),
      restarts: Math.max(0, this.#starts - 1),
      ...defined({ detail: this.#detail }),
    }
  }

  /** Its process, while that is one of this machine. */
  local(): LocalProcess | undefined {
    return this.#current === undefined ? undefined : this.#options.control.local(this.#current)
  }

  kill(signal: NodeJS.Signals): Promise<void> {
    return this.#options.control.signal(this.#alive(), signal)
  }

  async pause(actor: Actor): Promise<void> {
    const current = this.#alive()
    if (!current.halted)
      await this.#actAs(
        actor,
        () => this.#options.control.freeze(current),
        (seen) => seen?.halted === true,
      )
  }

  async resume(actor: Actor): Promise<void> {
    const current = this.#alive()
    if (current.halted)
      await this.#actAs(
        actor,
        () => this.#options.control.thaw(current),
        (seen) => seen?.halted !== true,
      )
  }

  async stop(actor: Actor): Promise<void> {
    await this.look()
    const current = this.#current
    if (current === undefined) return
    this.#emit('stopping', actor)
    await this.#actAs(
      actor,
      () => this.#options.control.stop(current),
      (seen) => seen?.life !== current.life,
    )
    if (this.#current === undefined) this.#become('stopped')
    this.#emit('stopped', actor)
  }

  /** Resolves when it is ready. A replica that runs is left as it is. */
  async start(actor: Actor): Promise<void> {
    await this.look()
    if (this.#current === undefined) {
      await this.#actAs(
        actor,
        () => this.#options.control.start(),
        (seen) => seen !== undefined,
      )
    }
    await waitUntil(
      async () => {
        await this.look()
        return this.#state === 'healthy' ? done(undefined) : notYet(this.#detail ?? this.#state)
      },
      { what: `${this.id} to be ready`, timeoutMs: START_WITHIN_MS, intervalMs: LOOK_EVERY_MS },
    )
  }

  logs(lines: number): Promise<string[]> {
    return this.#options.control.log(lines)
  }

  close(): Promise<void> {
    return this.#options.control.close()
  }

  /** Acts and waits until the effect is seen; changes that are seen meanwhile are recorded as this actor's. */
  async #actAs(
    actor: Actor,
    act: () => Promise<void>,
    shows: (seen: ReplicaLife | undefined) => boolean,
  ): Promise<void> {
    this.#acting = actor
    try {
      await act()
      await waitUntil(
        async () => {
          await this.look()
          return shows(this.#current) ? done(undefined) : notYet(this.#detail ?? this.#state)
        },
        {
          what: `${this.#options.control.description} to show it`,
          timeoutMs: START_WITHIN_MS,
          intervalMs: LOOK_EVERY_MS,
        },
      )
    } finally {
      this.#acting = undefined
    }
  }

  async #look(): Promise<void> {
    let seen: ReplicaLife | undefined
    try {
      seen = await this.#options.control.look()
    } catch (error) {
      this.#detail = messageOf(error)
      return
    }
    if (seen !== undefined && seen.life === this.#endedLife) seen = undefined
    const before = this.#current
    if (before !== undefined && before.life !== seen?.life) this.#ended()
    if (seen !== undefined && seen.life !== before?.life) this.#begun(seen)
    else if (seen !== undefined && before !== undefined && seen.halted !== before.halted) this.#frozenOrThawed(seen)
    if (this.#state === 'starting' || this.#state === 'unhealthy') await this.#checkHealth()
  }

  #begun(seen: ReplicaLife): void {
    this.#current = seen
    // The first look does not mean a start.
    if (this.#starts++ > 0) this.#emit('starting', this.#acting ?? 'restart-policy', seen.pid)
    this.#become(seen.halted ? 'paused' : 'starting')
  }

  #ended(): void {
    const { pid, life } = this.#current ?? {}
    this.#endedLife = life
    this.#current = undefined
    this.#emit('exited', 'itself', pid)
    this.#become('exited', `pid ${pid} is gone`)
  }

  #frozenOrThawed(seen: ReplicaLife): void {
    this.#current = seen
    this.#emit(seen.halted ? 'paused' : 'resumed', this.#acting ?? 'operator', seen.pid)
    this.#become(seen.halted ? 'paused' : 'unhealthy')
  }

  async #checkHealth(): Promise<void> {
    const problem = await checkUrl(this.#options.url, this.#options.health)
    if (problem !== undefined) {
      this.#detail = problem
    } else if (this.#current !== undefined && !this.#current.halted) {
      this.#become('healthy')
      this.#emit('healthy', 'itself')
    }
  }

  #alive(): ReplicaLife {
    if (this.#current !== undefined) return this.#current
    throw runtimeErrors.error('FD_RUNTIME_CONFLICT', {
      message: `${this.id} is not running (${this.#state})`,
      where: this.#options.control.description,
      ...defined({ given: this.#detail }),
    })
  }

  #become(state: ReplicaState, detail?: string): void {
    if (state !== this.#state) this.#sinceMs = this.#clock.nowMs()
    this.#state = state
    this.#detail = detail
  }

  #emit(kind: RuntimeEvent['kind'], actor: Actor, pid = this.#current?.pid): void {
    const { service, id, control } = this.#options
    const detail =
      kind === 'starting' && actor === 'restart-policy'
        ? `${control.description}, started by its service manager`
        : undefined
    this.#options.events.emit({
      service,
      replica: id,
      kind,
      actor,
      ...defined({ pid, detail }),
    })
  }
}

/** What keeps a replica from being ready; `undefined` when nothing does. */
export async function checkUrl(url: URL, health: string | undefined): Promise<string | undefined> {
  if (url.protocol === 'tcp:') return checkTcp(url)
  const target = health === undefined ? url : new URL(health, url)
  const { status, error } = await probeHttp(target.href, { timeoutMs: HEALTH_MS })
  if (status === undefined) return error ?? 'no answer'
  return health === undefined || (status >= 200 && status < 300) ? undefined : `GET ${health} answered ${status}`
}

function checkTcp(url: URL): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port: portOf(url), timeout: HEALTH_MS })
    const finish = (problem: string | undefined) => {
      socket.destroy()
      resolve(problem)
    }
    socket.once('connect', () => finish(undefined))
    socket.once('timeout', () => finish(`no connection within ${HEALTH_MS} ms`))
    socket.once('error', (error) => finish(error.message))
  })
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}
