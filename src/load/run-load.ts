import { randomBytes } from 'node:crypto'
import { messageOf } from '../base/errors.ts'
import type { Saturation } from './figures/load-summary.ts'
import { checkTargets } from './http/check-targets.ts'
import type { NetworkOptions } from './http/network.ts'
import { startedWithinMs } from './plan.ts'
import { Figures, type Second } from './result/figures.ts'
import { type ErrorCount, judgeRun, type LoadResult, type LoadSetting, type LoadState } from './result/result.ts'
import { isFinal, judgeThreshold, type Threshold } from './result/thresholds.ts'
import { type WorkerFigures, WorkerTally, whyWorkersFailed } from './result/worker-tally.ts'
import { judgeSaturation, type Measured } from './saturation/saturation.ts'
import type { Shard, ShardEvent } from './shard/shard.ts'
import { type ThreadOptions, threadShard } from './shard/thread-shard.ts'
import type { WorkerGroup } from './workers/worker-group.ts'

/**
 * Runs a load to its end: by time, by a threshold, by the signal, or because a worker was lost.
 * @throws FD_LOAD_REMOTE, FD_LOAD_TARGET, FD_LOAD_JOURNEY before anything was sent; FD_LOAD_THREAD
 */
export async function runLoad(options: LoadRunOptions): Promise<LoadResult> {
  // Each worker looks for the targets from where it is.
  if (options.group === undefined) await checkTargets(options.origins, options.network)
  const run = new LoadRun(options)
  return run.toEnd()
}

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
  startShard?: (options: ThreadOptions, onEvent: (event: ShardEvent) => void) => Shard
  /** Workers whose threads are the shards; they are the caller's to close. `threads` is how many they have together. */
  group?: Pick<WorkerGroup, 'startShard' | 'workerOf' | 'facts' | 'leadMs'> | undefined
}

class LoadRun {
  readonly #options: LoadRunOptions
  readonly #figures: Figures
  readonly #workers: readonly WorkerTally[]
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
    const { journey, origins, plan, threads, seed, timeoutMs, durationMs, graceMs, network, group } = options
    this.#setting = { journey, origins, plan, threads, seed, timeoutMs, durationMs }
    this.#figures = new Figures(threads)
    this.#workers = group?.facts().map(() => new WorkerTally()) ?? []
    const id = randomBytes(5).toString('hex')
    const startShard = options.startShard ?? group?.startShard.bind(group) ?? threadShard
    this.#shards = Array.from({ length: threads }, (_, index) =>
      startShard(
        { journey, origins, plan, seed, timeoutMs, graceMs, network, run: id, share: { index, of: threads } },
        (event) => this.#onEvent(index, event),
      ),
    )
  }

  async toEnd(): Promise<LoadResult> {
    const { signal, durationMs, group } = this.#options
    const onAbort = () => this.#stop(messageOf(signal.reason))
    try {
      await Promise.all(this.#shards.map(({ ready }) => ready))
    } catch (error) {
      for (const shard of this.#shards) shard.stop()
      await Promise.allSettled(this.#shards.map(({ done }) => done))
      throw error
    }
    const leadMs = group?.leadMs ?? 0
    this.#startedAtMs = Date.now() + leadMs
    this.#startedMs = performance.now() + leadMs
    for (const shard of this.#shards) shard.start()
    const timer = setTimeout(() => this.#stop(undefined), leadMs + durationMs)
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

  /** Without a reason: the time is over, as planned, or the state of the run is the reason. */
  #stop(reason: string | undefined): void {
    this.#stopped ??= reason
    for (const shard of this.#shards) shard.stop()
  }

  #onEvent(shard: number, event: ShardEvent): void {
    if (event.kind === 'running') {
      this.#running += 1
      if (this.#running === this.#shards.length) this.#runningSinceSecond = this.#seconds + 1
    } else if (event.kind === 'report') {
      const worker = this.#workers[this.#options.group?.workerOf(shard) ?? -1]
      worker?.add(shard, event.report, { isCounted: event.second >= this.#runningSinceSecond })
      if (this.#figures.add(shard, event.second, event.report) !== undefined) this.#secondIsOver()
    } else {
      this.#figures.leave(shard)
      // What the others would go on to measure is not the load that was asked for.
      if (event.kind === 'lost') this.#stop(undefined)
    }
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
    const elapsedMs = Math.max(0, performance.now() - this.#startedMs)
    const total = figures.total()
    const endpoints = figures.endpoints()
    const sums = Object.values(figures.checks)
    const checks = {
      passed: sums.reduce((sum, { passed }) => sum + passed, 0),
      failed: sums.reduce((sum, { failed }) => sum + failed, 0),
    }
    const endpoint = (name: string) => endpoints.find((one) => one.name === name)
    const workers = this.#workerFigures()
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
      saturation: this.#saturation(workers),
      unfinished: figures.unfinished,
      ...this.#unstarted(elapsedMs),
      history: figures.history,
      ...(workers.length === 0 ? {} : { workers }),
    }
  }

  #workerFigures(): WorkerFigures[] {
    const { group, judge = judgeSaturation } = this.#options
    return (group?.facts() ?? []).flatMap((facts, index) => this.#workers[index]?.figures(facts, judge) ?? [])
  }

  /** Shards whose users should all have started by now and have not. */
  #unstarted(elapsedMs: number): Pick<LoadState, 'unstartedShards'> {
    const { plan } = this.#options
    const isDue = plan.model === 'closed' && startedWithinMs(plan) + START_MS < elapsedMs
    const unstartedShards = this.#shards.length - this.#running
    return isDue && unstartedShards > 0 ? { unstartedShards } : {}
  }

  /** Over the time in which all users ran; a few seconds say nothing about how busy a thread is. */
  #saturation(workers: readonly WorkerFigures[]): Saturation {
    const { history, lagP99Ms, lateness } = this.#figures
    const counted = history.filter(({ second }) => second >= this.#runningSinceSecond)
    const mean = (of: (second: Second) => number) =>
      counted.reduce((sum, second) => sum + of(second), 0) / Math.max(1, counted.length)
    const longEnough = counted.length >= 5
    const { judge = judgeSaturation } = this.#options
    const whole = judge({
      latencyP99Ms: longEnough ? this.#figures.total().latencyMs?.p99 : undefined,
      coreWaitRatio: mean(({ coreWaitRatio }) => coreWaitRatio),
      lagP99Ms,
      latenessP99Ms: lateness.percentile(99) / 1_000,
      busyRatio: longEnough ? mean(({ busyRatio }) => busyRatio) : 0,
    })
    // With names: of a worker that is late, the whole shows only a part.
    const reasons = whyWorkersFailed(workers)
    return reasons.length === 0 ? whole : { ...whole, saturated: true, reason: reasons.join('; ') }
  }
}

/** How much later than planned the last user may start, in milliseconds. */
const START_MS = 2_000

function errorsOf(endpoints: LoadState['endpoints']): ErrorCount[] {
  return endpoints
    .flatMap(({ name, causes }) => Object.entries(causes).map(([cause, count]) => ({ endpoint: name, cause, count })))
    .sort((a, b) => b.count - a.count)
}
