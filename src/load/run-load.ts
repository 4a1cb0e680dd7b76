import { randomBytes } from 'node:crypto'
import { messageOf } from '../base/errors.ts'
import { loadErrors } from './errors.ts'
import type { Saturation } from './figures/load-summary.ts'
import { Addresses, RemoteError } from './http/addresses.ts'
import type { NetworkOptions } from './http/network.ts'
import { originOf } from './http/origin.ts'
import { Figures, type Second } from './result/figures.ts'
import { type ErrorCount, judgeRun, type LoadResult, type LoadSetting, type LoadState } from './result/result.ts'
import { isFinal, judgeThreshold, type Threshold } from './result/thresholds.ts'
import { judgeSaturation, type Measured } from './saturation/saturation.ts'
import type { Shard, ShardEvent } from './shard/shard.ts'
import { threadShard } from './shard/thread-shard.ts'
import type { EngineOptions } from './users/engine.ts'

/**
 * Runs a load to its end: by time, by a threshold, or by the signal.
 * @throws FD_LOAD_REMOTE, FD_LOAD_TARGET, FD_LOAD_JOURNEY before anything was sent; FD_LOAD_THREAD
 */
export async function runLoad(options: LoadRunOptions): Promise<LoadResult> {
  await checkTargets(options.origins, options.network)
  const run = new LoadRun(options)
  return run.toEnd()
}

export type ShardOptions = Omit<EngineOptions, 'journey' | 'recorder'> & { journey: string }

export interface LoadRunOptions extends LoadSetting {
  thresholds: readonly Threshold[]
  /** Whether a threshold that is not met ends the run. */
  abortOnFail: boolean
  /** Longest wait for tasks under way when the time is over, in milliseconds. */
  graceMs: number
  network: NetworkOptions
  /** Aborting ends the run early, with its figures. */
  signal: AbortSignal
  /** Called each second. */
  onState?: (state: LoadState) => void
  /** Whether the generator kept up. Default: by what it has measured of itself. */
  judge?: (measured: Measured) => Saturation
  /** How a shard runs. Default: in a thread of its own. */
  startShard?: (options: ShardOptions, onEvent: (event: ShardEvent) => void) => Shard
}

class LoadRun {
  readonly #options: LoadRunOptions
  readonly #figures: Figures
  readonly #shards: Shard[]
  readonly #setting: LoadSetting
  #running = 0
  #runningSinceSecond = Number.POSITIVE_INFINITY
  #startedAtMs = Date.now()
  #startedMs = performance.now()
  #stopped: string | undefined
  #seconds = 0

  constructor(options: LoadRunOptions) {
    this.#options = options
    const { journey, origins, plan, threads, seed, timeoutMs, durationMs, graceMs, network } = options
    this.#setting = { journey, origins, plan, threads, seed, timeoutMs, durationMs }
    this.#figures = new Figures(threads)
    const id = randomBytes(5).toString('hex')
    const startShard = options.startShard ?? threadShard
    this.#shards = Array.from({ length: threads }, (_, index) =>
      startShard(
        { journey, origins, plan, seed, timeoutMs, graceMs, network, run: id, share: { index, of: threads } },
        (event) => this.#onEvent(index, event),
      ),
    )
  }

  async toEnd(): Promise<LoadResult> {
    const { signal, durationMs } = this.#options
    const onAbort = () => this.#stop(messageOf(signal.reason))
    try {
      await Promise.all(this.#shards.map(({ ready }) => ready))
    } catch (error) {
      for (const shard of this.#shards) shard.stop()
      await Promise.allSettled(this.#shards.map(({ done }) => done))
      throw error
    }
    this.#startedAtMs = Date.now()
    this.#startedMs = performance.now()
    for (const shard of this.#shards) shard.start()
    const timer = setTimeout(() => this.#stop(undefined), durationMs)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    try {
      await Promise.all(this.#shards.map(({ done }) => done))
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      for (const shard of this.#shards) shard.stop()
    }
    const state = this.#state()
    return { kind: 'firedrill load', schemaVersion: 1, ...judgeRun(state, this.#stopped), ...state }
  }

  /** Without a reason: the time is over, as planned. */
  #stop(reason: string | undefined): void {
    this.#stopped ??= reason
    for (const shard of this.#shards) shard.stop()
  }

  #onEvent(shard: number, event: ShardEvent): void {
    if (event.kind === 'running') {
      this.#running += 1
      if (this.#running === this.#shards.length) this.#runningSinceSecond = this.#seconds + 1
    } else if (event.kind === 'ended') this.#figures.leave(shard)
    else if (this.#figures.add(shard, event.second, event.report) !== undefined) this.#secondIsOver()
  }

  #secondIsOver(): void {
    this.#seconds += 1
    const state = this.#state()
    this.#options.onState?.(state)
    if (!this.#options.abortOnFail) return
    const seconds = state.elapsedMs / 1_000
    const crossed = this.#options.thresholds.some(
      (threshold, index) => isFinal(threshold, seconds) && state.thresholds[index]?.met === false,
    )
    // The threshold itself will be the reason.
    if (crossed) this.#stop(undefined)
  }

  #state(): LoadState {
    const figures = this.#figures
    const elapsedMs = performance.now() - this.#startedMs
    const total = figures.total()
    const endpoints = figures.endpoints()
    const sums = Object.values(figures.checks)
    const checks = {
      passed: sums.reduce((sum, { passed }) => sum + passed, 0),
      failed: sums.reduce((sum, { failed }) => sum + failed, 0),
    }
    const endpoint = (name: string) => endpoints.find((one) => one.name === name)
    return {
      setting: this.#setting,
      startedAtMs: this.#startedAtMs,
      elapsedMs,
      users: figures.history.at(-1)?.users ?? 0,
      total,
      endpoints,
      errors: errorsOf(endpoints),
      checks: figures.checks,
      thrown: figures.thrown,
      thresholds: this.#options.thresholds.map((threshold) =>
        judgeThreshold(threshold, { total, endpoint, checks, seconds: elapsedMs / 1_000 }),
      ),
      saturation: this.#saturation(),
      unfinished: figures.unfinished,
      history: figures.history,
    }
  }

  /** Over the time in which all users ran; a few seconds say nothing about how busy a thread is. */
  #saturation(): Saturation {
    const { history, lagP99Ms, lateness } = this.#figures
    const counted = history.filter(({ second }) => second >= this.#runningSinceSecond)
    const mean = (of: (second: Second) => number) =>
      counted.reduce((sum, second) => sum + of(second), 0) / Math.max(1, counted.length)
    const longEnough = counted.length >= 5
    const { judge = judgeSaturation } = this.#options
    return judge({
      latencyP99Ms: longEnough ? this.#figures.total().latencyMs?.p99 : undefined,
      coreWaitRatio: mean(({ coreWaitRatio }) => coreWaitRatio),
      lagP99Ms,
      latenessP99Ms: lateness.percentile(99) / 1_000,
      busyRatio: longEnough ? mean(({ busyRatio }) => busyRatio) : 0,
    })
  }
}

function errorsOf(endpoints: LoadState['endpoints']): ErrorCount[] {
  return endpoints
    .flatMap(({ name, causes }) => Object.entries(causes).map(([cause, count]) => ({ endpoint: name, cause, count })))
    .sort((a, b) => b.count - a.count)
}

/** Refuses targets that cannot or may not be loaded, before the first request. */
async function checkTargets(origins: readonly string[], network: NetworkOptions): Promise<void> {
  const addresses = new Addresses(network)
  for (const target of origins) {
    try {
      await addresses.resolve(originOf(new URL(target)).host)
    } catch (error) {
      if (error instanceof RemoteError) {
        throw loadErrors.error('FD_LOAD_REMOTE', {
          message: error.message,
          where: target,
          expected: 'a target on this machine',
          next: '--allow-remote, if the target is yours to load and its owners know',
        })
      }
      throw loadErrors.error('FD_LOAD_TARGET', {
        message: `the target's host name cannot be resolved: ${messageOf(error)}`,
        where: target,
        cause: error,
      })
    }
  }
}
