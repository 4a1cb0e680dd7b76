import { messageOf } from '../base/errors.ts'
import { promDuration } from '../base/units/duration.ts'
import { pollFor } from '../base/wait.ts'
import { formatComparison, holds } from '../probes/comparison.ts'
import { hasLabels, type Prometheus } from '../probes/prometheus.ts'
import type { Actuator, Replica } from './actions/actuator.ts'
import type { Outcome } from './incident/record.ts'
import type { PolicyTarget } from './incident/target.ts'
import type { Verify } from './policy/policy.ts'

/** Looks again and again until it is known whether the action helped, or its time is up. Rejects only when it is aborted. */
export async function verify(
  task: VerificationTask,
  verifier: Verifier,
  signal: AbortSignal,
): Promise<{ outcome: Outcome; detail: string }> {
  const lookOnce = () =>
    look(task, verifier, signal).catch((error: unknown): Verdict => {
      signal.throwIfAborted()
      return { notYet: messageOf(error), else: 'unknown' }
    })
  const verdict = await pollFor(lookOnce, {
    // By its own clock: the deadline may be of an earlier process.
    until: (found) => 'outcome' in found || verifier.nowMs() >= task.deadlineMs,
    timeoutMs: Number.POSITIVE_INFINITY,
    intervalMs: LOOK_EVERY_MS,
    signal,
  })
  if ('outcome' in verdict) return verdict
  return { outcome: verdict.else, detail: `when its time was up: ${verdict.notYet}` }
}

const LOOK_EVERY_MS = 100
const LOOK_TIMEOUT_MS = 2_000

export interface VerificationTask {
  verify: Verify
  target: PolicyTarget | undefined
  labels: Readonly<Record<string, string>>
  /** Only samples later than this count. */
  sinceMs: number
  deadlineMs: number
}

export interface Verifier {
  actuator: Pick<Actuator, 'services' | 'renames'>
  /** Missing when the responder was started without one. */
  prometheus: Prometheus | undefined
  /** By the clock that `sinceMs` is of. */
  nowMs(): number
}

/** What one look shows: an outcome, or what is still missing for one. */
export type Verdict =
  | { outcome: Outcome; detail: string }
  | { notYet: string /** The outcome when time is up. */; else: Outcome }

async function look(
  task: VerificationTask,
  { actuator, prometheus, nowMs }: Verifier,
  signal: AbortSignal,
): Promise<Verdict> {
  const { verify: wanted, target, labels, sinceMs } = task
  if (wanted.kind === 'health' && target !== undefined) {
    const replicas = (await actuator.services()).get(target.service) ?? []
    const judge = actuator.renames ? judgeReplaced : judgeHealth
    return judge(replicas, target, { sinceMs, overMs: wanted.overMs, nowMs: nowMs() })
  }
  if (prometheus === undefined) return { notYet: 'there is no Prometheus to ask', else: 'unknown' }
  const bounded = { timeoutMs: LOOK_TIMEOUT_MS, signal }
  const sinceActionMs = nowMs() - sinceMs
  if (sinceActionMs < wanted.overMs) return { notYet: 'too early to judge', else: 'unknown' }
  if (wanted.kind === 'query') {
    const query = fillQuery(wanted.query, target, sinceActionMs)
    return judgeValues(await prometheus.query(query, bounded), wanted.is)
  }
  const alerts = await prometheus.alerts(bounded)
  const stillFires = alerts.some((alert) => alert.state === 'firing' && hasLabels(alert.labels, labels))
  return stillFires
    ? { notYet: 'the alert still fires', else: 'failed' }
    : { outcome: 'ok', detail: 'the alert is gone' }
}

/** Healthy since the action and for long enough. A replica that has ended again was not helped. Pure. */
export function judgeHealth(
  replicas: readonly Replica[],
  { service, replica }: PolicyTarget,
  { sinceMs, overMs, nowMs }: HealthTimes,
): Verdict {
  const ours = replicas.filter(({ id }) => replica === undefined || id === replica)
  const name = replica ?? service
  if (ours.length === 0) return { notYet: `there is no ${name}`, else: 'failed' }
  const ended = ours.find((found) => found.state === 'exited' && found.sinceMs > sinceMs)
  if (ended !== undefined) return { outcome: 'failed', detail: `${ended.id} has ended again` }
  const sick = ours.find(({ state }) => state !== 'healthy')
  if (sick !== undefined) return { notYet: `${sick.id} is ${sick.state}`, else: 'failed' }
  const healthySinceMs = Math.max(sinceMs, ...ours.map((found) => found.sinceMs))
  if (nowMs - healthySinceMs < overMs) return { notYet: `${name} is healthy, but not for long enough`, else: 'unknown' }
  return { outcome: 'ok', detail: `${ours.map(({ id }) => id).join(', ')} healthy since the action` }
}

interface HealthTimes {
  sinceMs: number
  overMs: number
  nowMs: number
}

/**
 * The same where a restart leaves another replica, of another name, in the place of the old one: one must have changed since, and all
 * be healthy. Pure.
 */
export function judgeReplaced(replicas: readonly Replica[], target: PolicyTarget, times: HealthTimes): Verdict {
  const { service, replica } = target
  if (replica === undefined || replicas.some(({ id }) => id === replica)) return judgeHealth(replicas, target, times)
  const isReplaced = replicas.some(({ sinceMs }) => sinceMs > times.sinceMs)
  if (!isReplaced) return { notYet: `nothing has taken the place of ${replica}`, else: 'failed' }
  return judgeHealth(replicas, { service }, times)
}

/** Every value must pass; without a value, or with NaN alone, nothing is known. Pure. */
export function judgeValues(samples: readonly { value: number }[], is: Parameters<typeof holds>[0]): Verdict {
  const values = samples.map(({ value }) => value).filter((value) => !Number.isNaN(value))
  if (values.length === 0) return { notYet: 'no sample since the action', else: 'unknown' }
  const bad = values.find((value) => !holds(is, value))
  if (bad !== undefined) return { notYet: `${bad} is not ${formatComparison(is)}`, else: 'failed' }
  return { outcome: 'ok', detail: `${values.join(', ')} ${formatComparison(is)}, by samples since the action` }
}

/** The query with its time window and its target filled in: names that were checked, nothing else of the alert. Pure. */
export function fillQuery(query: string, target: PolicyTarget | undefined, sinceActionMs: number): string {
  return query
    .replaceAll('$window', promDuration(Math.max(1, sinceActionMs)))
    .replaceAll('$service', target?.service ?? '')
    .replaceAll('$instance', target?.replica ?? '')
}
