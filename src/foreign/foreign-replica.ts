import { defined } from '../base/defined.ts'
import { messageOf } from '../base/errors.ts'
import { SteadyClock } from '../base/system/steady-clock.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import type { EventLog } from '../runtimes/event-log.ts'
import {
  type Actor,
  type ReplicaState,
  type ReplicaStatus,
  type RuntimeEvent,
  runtimeErrors,
} from '../runtimes/runtime.ts'
import { addressOf, checkUrl } from './check-url.ts'
import type { LocalProcess, ReplicaControl, ReplicaLife } from './control/replica-control.ts'

/** One replica of a foreign system: its state as it is observed, and what can be done to it. */

const START_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 20

export interface ForeignReplicaOptions {
  id: string
  service: string
  /** Missing where its host shows whether it is ready. */
  url: URL | undefined
  health: string | undefined
  control: ReplicaControl
  events: EventLog
  /** Where it is reached, when that is not its URL. */
  origin?: string | undefined
  /** It has joined replicas that were there: its first life is a start. */
  isNew?: boolean
  /** Who acts on the whole service at the moment. */
  actor?(): Actor | undefined
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
    if (options.isNew === true) this.#starts = 1
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
    const { url, control, origin = url?.href.replace(/\/$/, '') } = this.#options
    const { pid, halted } = this.#current ?? {}
    return {
      id: this.id,
      state: this.#state,
      sinceMs: this.#clock.toWallMs(this.#sinceMs),
      ...defined({ pid, halted }),
      address: url === undefined ? (control.address?.() ?? NOWHERE) : addressOf(url),
      restarts: Math.max(0, this.#starts - 1),
      ...defined({ origin, detail: this.#detail }),
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

  /** It is no longer one of its service: it was scaled away, by this actor unless somebody acts on it at the moment. */
  leave(by: Actor = 'operator'): void {
    const last = this.#current
    this.#current = undefined
    this.#become('stopped')
    this.#emit('stopped', this.#actor() ?? by, last)
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
    if (seen === undefined) this.#detail = this.#options.control.absence?.() ?? this.#detail
    else if (seen.readiness !== undefined) this.#takeReadiness(seen.readiness)
    else if (this.#state === 'starting' || this.#state === 'unhealthy') await this.#checkHealth()
  }

  #begun(seen: ReplicaLife): void {
    this.#current = seen
    // The first look does not mean a start.
    if (this.#starts++ > 0) this.#emit('starting', this.#actor() ?? 'restart-policy', seen)
    this.#become(seen.halted ? 'paused' : 'starting')
  }

  #ended(): void {
    const ended = this.#current
    this.#endedLife = ended?.life
    this.#current = undefined
    this.#emit('exited', 'itself', ended)
    this.#become('exited', `${ended?.name ?? `pid ${ended?.pid}`} is gone`)
  }

  #frozenOrThawed(seen: ReplicaLife): void {
    this.#current = seen
    this.#emit(seen.halted ? 'paused' : 'resumed', this.#actor() ?? 'operator', seen)
    this.#become(seen.halted ? 'paused' : 'unhealthy')
  }

  #actor(): Actor | undefined {
    return this.#acting ?? this.#options.actor?.()
  }

  /** As its host shows it: a replica that runs may be ready no longer. */
  #takeReadiness({ isReady, detail }: NonNullable<ReplicaLife['readiness']>): void {
    if (isReady && this.#state !== 'healthy') {
      this.#become('healthy')
      this.#emit('healthy', 'itself')
    }
    if (isReady) return
    if (this.#state === 'healthy') {
      this.#become('unhealthy')
      this.#emit('unhealthy', 'itself')
    }
    this.#detail = detail
  }

  async #checkHealth(): Promise<void> {
    const { url, health } = this.#options
    const problem = url === undefined ? undefined : await checkUrl(url, health)
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

  #emit(kind: RuntimeEvent['kind'], actor: Actor, life = this.#current): void {
    const { service, id, control } = this.#options
    const isRestart = kind === 'starting' && actor === 'restart-policy'
    const detail = life?.name ?? (isRestart ? `${control.description}, started by its service manager` : undefined)
    const pid = life?.pid
    this.#options.events.emit({
      service,
      replica: id,
      kind,
      actor,
      ...defined({ pid, detail }),
    })
  }
}

/** Of a replica of which its host shows no address. */
const NOWHERE = { host: '', port: 0 }
