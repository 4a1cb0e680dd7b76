import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { messageOf } from '../../base/errors.ts'
import { signalProcess } from '../../base/process.ts'
import { backoffMs, done, notYet, sleep, waitUntil } from '../../base/wait.ts'
import type { Address, Part } from '../../stack/part.ts'
import { type Actor, type ReplicaState, type ReplicaStatus, type RuntimeEvent, runtimeErrors } from '../runtime.ts'
import { type Command, childEnvironment, diesWithParent } from './command.ts'
import type { HealthResult } from './health.ts'
import { type ProcessLedger, signalGroup } from './ledger.ts'
import { openLog, tailLog } from './log-file.ts'

const START_TIMEOUT_MS = 30_000
const START_POLL_MS = 20
const HEALTH_EVERY_MS = 2_000
const HEALTH_TIMEOUT_MS = 1_500
/** One missed check may be a hiccup, two in a row are not. */
const UNHEALTHY_AFTER = 2
const BACKOFF = { firstMs: 100, maxMs: 10_000 }
/** A replica that stayed healthy this long is forgiven its earlier crashes. */
const FORGIVEN_AFTER_MS = 10_000

export interface ReplicaOptions {
  id: string
  part: Part
  address: Address
  logPath: string
  ledger: ProcessLedger
  /** The command for the next start: it is asked each time, since settings may have changed. */
  command(): Promise<Command>
  checkHealth(timeoutMs: number): Promise<HealthResult>
  emit(event: Omit<RuntimeEvent, 'sequence' | 'atMs' | 'service' | 'replica'>): void
  random: () => number
}

/** One running copy of a part: starts it, watches it, restarts it by policy, stops it. */
export class Replica {
  readonly id: string
  readonly part: Part
  readonly address: Address
  readonly #options: ReplicaOptions
  #state: ReplicaState = 'stopped'
  #sinceMs = Date.now()
  #child: ChildProcess | undefined
  #exited: Promise<void> = Promise.resolve()
  #starts = 0
  #crashes = 0
  #lastExit: ReplicaStatus['lastExit']
  #detail: string | undefined
  #backoff: NodeJS.Timeout | undefined
  #monitor: AbortController | undefined
  /** Operations on one replica happen one after the other. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: ReplicaOptions) {
    this.#options = options
    this.id = options.id
    this.part = options.part
    this.address = options.address
  }

  get state(): ReplicaState {
    return this.#state
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  status(): ReplicaStatus {
    return {
      id: this.id,
      state: this.#state,
      sinceMs: this.#sinceMs,
      ...(this.pid === undefined ? {} : { pid: this.pid }),
      address: this.address,
      restarts: Math.max(0, this.#starts - 1),
      ...(this.#lastExit === undefined ? {} : { lastExit: this.#lastExit }),
      ...(this.#detail === undefined ? {} : { detail: this.#detail }),
    }
  }

  /** Resolves when healthy; at once when it already runs. */
  start(actor: Actor, signal?: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#start(actor, signal))
  }

  stop(actor: Actor): Promise<void> {
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
    return this.#inTurn(async () => {
      await this.#stop(actor)
      await this.#start(actor)
    })
  }

  kill(signal: NodeJS.Signals): void {
    const pid = this.#runningPid()
    signalProcess(pid, signal)
  }

  pause(actor: Actor): void {
    const pid = this.#runningPid()
    if (this.#state === 'paused') return
    signalGroup(pid, 'SIGSTOP')
    this.#become('paused')
    this.#options.emit({ kind: 'paused', actor, pid })
  }

  resume(actor: Actor): void {
    const pid = this.#runningPid()
    if (this.#state !== 'paused') return
    signalGroup(pid, 'SIGCONT')
    // Unhealthy until the next check says otherwise: what was paused may have lost its connections.
    this.#become('unhealthy')
    this.#options.emit({ kind: 'resumed', actor, pid })
    this.#watch()
  }

  #runningPid(): number {
    const pid = this.pid
    if (pid !== undefined) return pid
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

  async #start(actor: Actor, signal?: AbortSignal): Promise<void> {
    this.#cancelBackoff()
    if (this.#child !== undefined) return
    signal?.throwIfAborted()
    this.#become('starting')
    try {
      const command = await this.#options.command()
      const child = this.#spawn(command)
      this.#options.emit({ kind: 'starting', actor, ...(child.pid === undefined ? {} : { pid: child.pid }) })
      await waitUntil(
        async () => {
          if (this.#child !== child) throw await this.#startFailed('ended while starting')
          const seen = await this.#options.checkHealth(HEALTH_TIMEOUT_MS)
          if (this.#child !== child) throw await this.#startFailed('ended while starting')
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
      // A pause may have come in between: then the health check above was the last thing the process answered.
      if (this.#state === 'starting') this.#become('healthy')
      this.#options.emit({ kind: 'healthy', actor: 'itself', ...(child.pid === undefined ? {} : { pid: child.pid }) })
      this.#watch()
    } catch (error) {
      await this.#end('SIGKILL', 0)
      if (this.#state === 'starting') this.#become('exited', messageOf(error))
      if (signal?.aborted || isStartFailure(error)) throw error
      throw await this.#startFailed(messageOf(error), error)
    }
  }

  #spawn(command: Command): ChildProcess {
    const { program, args, env, cwd, uid, gid } = diesWithParent(command)
    const log = openLog(this.#options.logPath)
    const child = spawn(program, args, {
      env: childEnvironment(env),
      stdio: ['ignore', log, log],
      // A process group of its own: Ctrl-C in the terminal reaches control only, which then stops everything in order.
      detached: true,
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    })
    closeSync(log)
    this.#child = child
    this.#starts++
    const { pid } = child
    if (pid !== undefined) this.#options.ledger.add(this.id, pid)
    this.#exited = new Promise((resolve) => {
      const ended = (code: number | null, signal: string | null, detail?: string) => {
        if (this.#child === child) this.#onExit(pid, code, signal, detail)
        resolve()
      }
      child.once('exit', (code, signal) => ended(code, signal))
      child.once('error', (error) => ended(null, null, error.message))
    })
    return child
  }

  #onExit(pid: number | undefined, code: number | null, signal: string | null, detail?: string): void {
    this.#child = undefined
    this.#monitor?.abort()
    this.#lastExit = { code, signal, atMs: Date.now() }
    if (pid !== undefined) {
      this.#options.ledger.remove(pid)
      signalGroup(pid, 'SIGKILL')
    }
    if (this.#state === 'stopping') return
    const wasStarting = this.#state === 'starting'
    const how = detail ?? (signal === null ? `exit code ${code}` : `signal ${signal}`)
    if (Date.now() - this.#sinceMs > FORGIVEN_AFTER_MS) this.#crashes = 0
    this.#options.emit({ kind: 'exited', actor: 'itself', detail: how, ...(pid === undefined ? {} : { pid }) })
    if (wasStarting) return
    this.#become('exited', how)
    if (this.part.restart === 'always') this.#restartLater()
  }

  #restartLater(): void {
    const ms = backoffMs(this.#crashes++, BACKOFF, this.#options.random)
    this.#become('backoff', `restart due in ${ms} ms`)
    this.#backoff = setTimeout(() => {
      this.start('restart-policy').catch(() => {
        // The failure is in its state and log; try again until someone stops it.
        if (this.#state === 'exited') this.#restartLater()
      })
    }, ms)
  }

  async #stop(actor: Actor): Promise<void> {
    this.#cancelBackoff()
    this.#monitor?.abort()
    if (this.#child === undefined) {
      this.#become('stopped')
      return
    }
    const paused = this.#state === 'paused'
    this.#become('stopping')
    this.#options.emit({ kind: 'stopping', actor, ...(this.pid === undefined ? {} : { pid: this.pid }) })
    // A hung process can't be asked to stop: resumed, it would answer requests it had best never answer.
    await this.#end(paused ? 'SIGKILL' : (this.part.stopSignal ?? 'SIGTERM'), this.part.graceMs)
    this.#become('stopped')
    this.#options.emit({ kind: 'stopped', actor })
  }

  /** Ends the process: asks with `signal`, insists with SIGKILL after the grace. */
  async #end(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    const pid = this.pid
    if (pid === undefined) return
    signalProcess(pid, signal)
    const grace = new AbortController()
    await Promise.race([this.#exited, sleep(graceMs, grace.signal).catch(() => undefined)])
    grace.abort()
    if (this.pid === pid) signalGroup(pid, 'SIGKILL')
    await this.#exited
  }

  #watch(): void {
    this.#monitor?.abort()
    const monitor = new AbortController()
    this.#monitor = monitor
    void this.#watchHealth(monitor.signal).catch(() => undefined)
  }

  async #watchHealth(signal: AbortSignal): Promise<void> {
    let misses = 0
    while (!signal.aborted) {
      await sleep(this.#state === 'unhealthy' ? HEALTH_EVERY_MS / 10 : HEALTH_EVERY_MS, signal)
      const seen = await this.#options.checkHealth(HEALTH_TIMEOUT_MS)
      if (signal.aborted) return
      misses = seen === undefined ? 0 : misses + 1
      if (misses === 0 && this.#state === 'unhealthy') {
        this.#become('healthy')
        this.#options.emit({ kind: 'healthy', actor: 'itself' })
      } else if (misses >= UNHEALTHY_AFTER && this.#state === 'healthy') {
        this.#become('unhealthy', seen)
        this.#options.emit({ kind: 'unhealthy', actor: 'itself', ...(seen === undefined ? {} : { detail: seen }) })
      }
    }
  }

  #become(state: ReplicaState, detail?: string): void {
    if (state !== this.#state) this.#sinceMs = Date.now()
    this.#state = state
    this.#detail = detail
  }

  #cancelBackoff(): void {
    clearTimeout(this.#backoff)
    this.#backoff = undefined
  }

  async #startFailed(what: string, cause?: unknown) {
    const tail = await tailLog(this.#options.logPath, 8)
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

function isStartFailure(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'FD_RUNTIME_START_FAILED'
}
