import { defined } from '../base/defined.ts'
import { messageOf } from '../base/errors.ts'
import { lackOf } from '../base/system/lack.ts'
import { SteadyClock } from '../base/system/steady-clock.ts'
import { backoffMs, done, notYet, sleep, waitUntil } from '../base/wait.ts'
import type { Address, Part } from '../stack/part.ts'
import type { HealthResult } from './health.ts'
import { watchHealth } from './health-watch.ts'
import type { Exit, Running } from './running.ts'
import { type Actor, type ReplicaState, type ReplicaStatus, type RuntimeEvent, runtimeErrors } from './runtime.ts'

/** One replica under supervision: its states, its restarts, its health. */

const START_TIMEOUT_MS = 30_000
const START_POLL_MS = 20
const HEALTH_TIMEOUT_MS = 1_500
const BACKOFF = { firstMs: 100, maxMs: 10_000 }
/** After a replica was healthy for this long, its earlier crashes no longer count. */
const FORGIVEN_AFTER_MS = 10_000

/** One running copy of a part: starts it, watches it, restarts it by policy, stops it. */
export class Replica {
  readonly id: string
  readonly part: Part
  readonly #options: ReplicaOptions
  #state: ReplicaState = 'stopped'
  readonly #clock = new SteadyClock()
  #sinceMs = this.#clock.nowMs()
  #running: Running | undefined
  #exited: Promise<void> = Promise.resolve()
  #starts = 0
  #crashes = 0
  #lastExit: ReplicaStatus['lastExit']
  /** How the last life ended. */
  #exit: Exit | undefined
  #detail: string | undefined
  #backoff: NodeJS.Timeout | undefined
  #monitor: AbortController | undefined
  /** Aborts starts of the restart policy. Each stop aborts it and replaces it. */
  #policy = new AbortController()
  /** Operations on one replica happen one after the other. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: ReplicaOptions) {
    this.#options = options
    this.id = options.id
    this.part = options.part
  }

  get state(): ReplicaState {
    return this.#state
  }

  get pid(): number | undefined {
    return this.#running?.pid
  }

  get address(): Address {
    return this.#options.address()
  }

  status(): ReplicaStatus {
    return {
      id: this.id,
      state: this.#state,
      sinceMs: this.#clock.toWallMs(this.#sinceMs),
      ...defined({ pid: this.pid }),
      address: this.address,
      restarts: Math.max(0, this.#starts - 1),
      ...defined({ lastExit: this.#lastExit, detail: this.#detail }),
    }
  }

  /**
   * Resolves when healthy; at once when it already runs. With a signal it is part of a larger start, which ends when this one
   * fails: then it is not tried again.
   */
  start(actor: Actor, signal?: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#start(actor, signal, signal === undefined))
  }

  stop(actor: Actor): Promise<void> {
    // Before this stop's turn comes: a start by the restart policy may take long, and must not delay it.
    this.#policy.abort(new Error(`${this.id} is to stop`))
    this.#policy = new AbortController()
    return this.#inTurn(() => this.#stop(actor))
  }

  /** @throws FD_RUNTIME_CONFLICT when it is starting or stopping already. */
  restart(actor: Actor): Promise<void> {
    if (this.#state === 'starting' || this.#state === 'stopping') {
      throw runtimeErrors.error('FD_RUNTIME_CONFLICT', {
        message: `${this.id} is ${this.#state} already`,
        where: this.id,
      })
    }
    return this.#inTurn(() => this.#restart(actor))
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    await this.#alive().signal(signal)
  }

  async pause(actor: Actor): Promise<void> {
    const running = this.#alive()
    if (this.#state === 'paused') return
    await running.pause()
    if (this.#running !== running) return
    this.#become('paused')
    this.#options.emit({ kind: 'paused', actor, ...pidOf(running) })
  }

  async resume(actor: Actor): Promise<void> {
    const running = this.#alive()
    if (this.#state !== 'paused') return
    await running.resume()
    if (this.#running !== running) return
    // Unhealthy until the next check: a replica that was paused may have lost its connections.
    this.#become('unhealthy')
    this.#options.emit({ kind: 'resumed', actor, ...pidOf(running) })
    this.#watch()
  }

  #alive(): Running {
    if (this.#running !== undefined) return this.#running
    throw runtimeErrors.error('FD_RUNTIME_CONFLICT', {
      message: `${this.id} is not running (${this.#state})`,
      where: this.id,
    })
  }

  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(operation)
    this.#queue = result.catch(() => undefined)
    return result
  }

  async #start(actor: Actor, signal?: AbortSignal, triesAgain = true): Promise<void> {
    this.#cancelBackoff()
    if (this.#running !== undefined) return
    signal?.throwIfAborted()
    this.#become('starting')
    try {
      const running = await this.#launch()
      this.#options.emit({ kind: 'starting', actor, ...pidOf(running) })
      await waitUntil(
        async () => {
          if (this.#running !== running) throw await this.#endedWhileStarting()
          const seen = await this.#options.checkHealth(HEALTH_TIMEOUT_MS)
          if (this.#running !== running) throw await this.#endedWhileStarting()
          return seen === undefined ? done(undefined) : notYet(seen)
        },
        {
          what: `${this.id} to be healthy`,
          timeoutMs: START_TIMEOUT_MS,
          intervalMs: START_POLL_MS,
          signal,
          fatal: isStartFailure,
        },
      )
      // It may have been paused meanwhile: then the health check above was the last answer of the process.
      if (this.#state === 'starting') this.#become('healthy')
      this.#options.emit({ kind: 'healthy', actor: 'itself', ...pidOf(running) })
      this.#watch()
    } catch (error) {
      // A start that is aborted is no crash: its end must not be recorded as one.
      if (this.#state === 'starting' && signal?.aborted === true) this.#become('stopping')
      await this.#end('SIGKILL', 0)
      if (this.#state === 'starting') this.#become('exited', messageOf(error))
      if (this.#state === 'stopping') this.#become('stopped')
      const failure =
        signal?.aborted || isStartFailure(error) ? error : await this.#startFailed(messageOf(error), error)
      // A lack of the host's, which may end. And a policy that restarts what has ended applies here too.
      const isRetried = lackOf(failure) !== undefined || this.part.restart === 'always'
      if (this.#state === 'exited' && isRetried && triesAgain && signal?.aborted !== true) {
        this.#restartLater(messageOf(failure))
      }
      throw failure
    }
  }

  #endedWhileStarting() {
    const { detail, error } = this.#exit ?? {}
    return this.#startFailed(detail ?? 'ended while starting', error)
  }

  async #launch(): Promise<Running> {
    const running = await this.#options.launch()
    this.#running = running
    this.#starts++
    this.#exited = running.exited.then((exit) => {
      if (this.#running === running) this.#onExit(running, exit)
    })
    return running
  }

  #onExit(running: Running, exit: Exit): void {
    const { code, signal, detail } = exit
    this.#running = undefined
    this.#exit = exit
    this.#monitor?.abort()
    this.#lastExit = { code, signal, atMs: Date.now() }
    if (this.#state === 'stopping') return
    const wasStarting = this.#state === 'starting'
    const how = detail ?? (signal === null ? `exit code ${code}` : `signal ${signal}`)
    if (this.#clock.nowMs() - this.#sinceMs > FORGIVEN_AFTER_MS) this.#crashes = 0
    this.#options.emit({ kind: 'exited', actor: 'itself', detail: how, ...pidOf(running) })
    if (wasStarting) return
    this.#become('exited', how)
    if (this.part.restart === 'always') this.#restartLater(how)
  }

  #restartLater(why: string): void {
    const ms = backoffMs(this.#crashes++, BACKOFF, this.#options.random)
    this.#become('backoff', `${why}; restart due in ${ms} ms`)
    const { signal } = this.#policy
    this.#backoff = setTimeout(() => {
      // The failure is in its state and log, and the next try is scheduled, until the replica is stopped.
      this.#inTurn(() => this.#start('restart-policy', signal)).catch(() => undefined)
    }, ms)
  }

  async #restart(actor: Actor, signal?: AbortSignal): Promise<void> {
    await this.#stop(actor)
    await this.#start(actor, signal)
  }

  async #stop(actor: Actor): Promise<void> {
    this.#cancelBackoff()
    this.#monitor?.abort()
    if (this.#running === undefined) {
      this.#become('stopped')
      return
    }
    const paused = this.#state === 'paused'
    this.#become('stopping')
    this.#options.emit({ kind: 'stopping', actor, ...pidOf(this.#running) })
    // A frozen process cannot be asked to stop: resumed, it would answer requests that are long out of date.
    await this.#end(paused ? 'SIGKILL' : (this.part.stopSignal ?? 'SIGTERM'), this.part.graceMs)
    this.#become('stopped')
    this.#options.emit({ kind: 'stopped', actor })
  }

  /** Ends the process: asks with `signal`, and forces it with SIGKILL after the grace. */
  async #end(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    const running = this.#running
    if (running === undefined) return
    await running.signal(signal)
    const grace = new AbortController()
    await Promise.race([this.#exited, sleep(graceMs, grace.signal).catch(() => undefined)])
    grace.abort()
    if (this.#running === running) await running.destroy()
    await this.#exited
  }

  #watch(): void {
    this.#monitor?.abort()
    const monitor = new AbortController()
    this.#monitor = monitor
    const policy = this.#policy.signal
    void watchHealth(
      {
        state: () => this.#state,
        check: () => this.#options.checkHealth(HEALTH_TIMEOUT_MS),
        onChange: (state, detail) => {
          this.#become(state, detail)
          this.#options.emit({ kind: state, actor: 'itself', ...defined({ detail }) })
        },
        // A start that fails is in its state and log, and is tried again according to its restart policy.
        onHang: () => this.#inTurn(() => this.#restart('restart-policy', policy)).catch(() => undefined),
        ...defined({ hangsAfterMs: this.part.restartWhenUnhealthyMs }),
      },
      monitor.signal,
    ).catch(() => undefined)
  }

  #become(state: ReplicaState, detail?: string): void {
    if (state !== this.#state) this.#sinceMs = this.#clock.nowMs()
    this.#state = state
    this.#detail = detail
  }

  #cancelBackoff(): void {
    clearTimeout(this.#backoff)
    this.#backoff = undefined
  }

  async #startFailed(what: string, cause?: unknown) {
    const tail = await this.#options.tail(8).catch(() => [])
    return runtimeErrors.error('FD_RUNTIME_START_FAILED', {
      message: `${this.id} did not start: ${what}`,
      where: this.id,
      given:
        tail.length === 0 ? 'an empty log' : `the end of its log:\n${tail.map((line) => `    ${line}`).join('\n')}`,
      next: `firedrill logs ${this.id}`,
      cause,
    })
  }
}

export interface ReplicaOptions {
  id: string
  part: Part
  /** Where it listens; asked each time, since a container gets another address with each life. */
  address(): Address
  /**
   * Begins a life. Settings may have changed since the last one. A process that runs already is taken over as it is. Where the
   * host lacks memory, disk or descriptors for it, this is tried again until it works.
   */
  launch(): Promise<Running>
  checkHealth(timeoutMs: number): Promise<HealthResult>
  /** The last lines of its log, oldest first. */
  tail(lines: number): Promise<string[]>
  emit(event: Omit<RuntimeEvent, 'sequence' | 'atMs' | 'service' | 'replica'>): void
  random: () => number
}

function pidOf({ pid }: Running): { pid?: number } {
  return pid === undefined ? {} : { pid }
}

function isStartFailure(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'FD_RUNTIME_START_FAILED'
}
