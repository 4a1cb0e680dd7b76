import type { Saturation } from '../figures/load-summary.ts'
import type { CheckCount } from '../figures/tally.ts'
import { type Plan, startedWithinMs } from '../plan.ts'
import type { EndpointFigures, Second } from './figures.ts'
import type { ThresholdResult } from './thresholds.ts'
import type { WorkerFigures } from './worker-tally.ts'

/**
 * How a run ended. `failed`: the system crossed a threshold. `saturated`: the figures say more about the generator than
 * about the system. `stopped`: by a person. `broken`: the journey's own code threw.
 */
export type Outcome = 'passed' | 'failed' | 'saturated' | 'stopped' | 'broken'

/** What is fixed before a run begins. */
export interface LoadSetting {
  /** Name or path. */
  journey: string
  origins: readonly [string, ...string[]]
  plan: Plan
  threads: number
  seed: number
  timeoutMs: number
  durationMs: number
}

/** A failure, by where and why. */
export interface ErrorCount {
  endpoint: string
  cause: string
  count: number
}

/** The state of a run; each second, and at its end. */
export interface LoadState {
  setting: LoadSetting
  startedAtMs: number
  elapsedMs: number
  users: number
  total: EndpointFigures
  endpoints: EndpointFigures[]
  /** The most frequent first. */
  errors: ErrorCount[]
  checks: Record<string, CheckCount>
  /** Errors of the journey's own code, by message. */
  thrown: Record<string, number>
  thresholds: ThresholdResult[]
  saturation: Saturation
  /** Requests that were cut off, and arrivals that found no user, because the run ended. */
  unfinished: number
  /** Shards (threads, of all workers) whose users should all have started by now and have not; missing without any. */
  unstartedShards?: number
  history: readonly Second[]
  /** One entry for each worker that carries the load; missing where this process does. */
  workers?: readonly WorkerFigures[]
}

/** What is seen of a load while it runs, in a thread of its own or as that of a drill. */
export interface LoadFigures
  extends Pick<LoadState, 'startedAtMs' | 'elapsedMs' | 'users' | 'total' | 'endpoints' | 'thresholds' | 'saturation'> {
  setting: Pick<LoadSetting, 'journey' | 'origins' | 'plan'> & { durationMs: number | null }
  /** At least the last second. */
  history: readonly Second[]
}

/** Everything a run has measured. Times in histograms are microseconds, all others milliseconds. */
export interface LoadResult extends LoadState {
  kind: 'firedrill load'
  schemaVersion: 1
  outcome: Outcome
  /** Why the outcome is not `passed`. */
  reasons: string[]
}

/** The gravest reason decides: a generator that did not keep up proves nothing, for or against the system. */
export function judgeRun(
  state: Pick<
    LoadState,
    'setting' | 'elapsedMs' | 'total' | 'thresholds' | 'saturation' | 'thrown' | 'unfinished' | 'unstartedShards'
  >,
  stopped: string | undefined,
): { outcome: Outcome; reasons: string[] } {
  const thrown = Object.entries(state.thrown).map(([message, count]) => `the journey threw ${count} ×: ${message}`)
  const missed = state.thresholds
    .filter(({ met }) => !met)
    .map(({ text, observed }) => `${text} is not met: ${observed ?? 'nothing was measured'}`)
  if (state.total.requests > 0 && state.total.failures >= state.total.requests) missed.push('no request went well')
  if (state.total.requests === 0 && thrown.length === 0) missed.push(unanswered(state.unfinished))
  const grounds: [Outcome, string[]][] = [
    ['broken', thrown],
    ['stopped', stopped === undefined ? [] : [stopped]],
    ['saturated', [state.saturation.reason, tooFew(state), unstarted(state)].filter((reason) => reason !== undefined)],
    ['failed', missed],
  ]
  const first = grounds.find(([, reasons]) => reasons.length > 0)
  return { outcome: first?.[0] ?? 'passed', reasons: grounds.flatMap(([, reasons]) => reasons) }
}

function unanswered(unfinished: number): string {
  return unfinished === 0
    ? 'no request was made'
    : `no request was answered: ${unfinished} were cut off by the end of the run`
}

/** A shard that did not get its users to start has not made its part of the load. */
function unstarted({
  setting,
  unstartedShards = 0,
}: Pick<LoadState, 'setting' | 'unstartedShards'>): string | undefined {
  if (unstartedShards === 0) return undefined
  return `users of ${unstartedShards} of ${setting.threads} threads did not start in time`
}

/** A run that is over before all its users have started has not made the requested load. */
function tooFew({ setting, elapsedMs }: Pick<LoadState, 'setting' | 'elapsedMs'>): string | undefined {
  const { plan, durationMs } = setting
  // A run that was ended early has that as its reason.
  if (plan.model === 'open' || elapsedMs < durationMs || startedWithinMs(plan) < elapsedMs) return undefined
  const started = 1 + Math.floor((plan.spawnRatePerSecond * elapsedMs) / 1_000)
  return `only ${started} of ${plan.users} users started: the run was over before the others were due`
}
