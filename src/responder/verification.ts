import { messageOf } from '../base/errors.ts'
import { promDuration } from '../base/units/duration.ts'
import { sleep } from '../base/wait.ts'
import { formatComparison, holds } from '../probes/comparison.ts'
import { hasLabels, type Prometheus } from '../probes/prometheus.ts'
import type { Actuator } from './actions/action.ts'
import type { Replica } from './decide/guards.ts'
import type { Outcome } from './incident/record.ts'
import type { PolicyTarget } from './incident/target.ts'
import type { Verify } from './policy/policy.ts'

const LOOK_EVERY_MS = 100
const LOOK_TIMEOUT_MS = 2_000

/** What one look says: an outcome, or what is still missing for one. */
export type Verdict =
  | { outcome: Outcome; detail: string }
  | { notYet: string /** What it comes to when time is up. */; else: Outcome }

export interface VerificationTask {
  verify: Verify
  target: PolicyTarget | undefined
  labels: Readonly<Record<string, string>>
  /** Only samples later than this count. */
  sinceMs: number
  deadlineMs: number
}

export interface Verifier {
  actuator: Pick<Actuator, 'services'>
  /** Missing when the responder was started without one. */
  prometheus: Prometheus | undefined
  /** By the clock that `sinceMs` is of. */
  nowMs(): number
}

/** Looks again and again until it is known whether the action helped, or its time is up. Rejects only when it is aborted. */
export async function verify(
  task: VerificationTask,
  verifier: Verifier,
  signal: AbortSignal,
): Promise<{ outcome: Outcome; detail: string }> {
  while (true) {
    const verdict = await look(task, verifier, signal).catch((error: unknown): Verdict => {
      signal.throwIfAborted()
      return { notYet: messageOf(error), else: 'unknown' }
    })
    if ('outcome' in verdict) return verdict
    if (verifier.nowMs() >= task.deadlineMs)
      return { outcome: verdict.else, detail: `when its time was up: ${verdict.notYet}` }
    await sleep(LOOK_EVERY_MS, signal)
  }
}

async function look(
  task: VerificationTask,
  { actuator, prometheus, nowMs }: Verifier,
  signal: AbortSignal,
): Promise<Verdict> {
  const { verify: wanted, target, labels, sinceMs } = task
  if (wanted.kind === 'health' && target !== undefined) {
    const replicas = (await actuator.services()).get(target.service) ?? []
    return judgeHealth(replicas, target, sinceMs, wanted.overMs, nowMs())
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
  const there = alerts.some((one) => one.state === 'firing' && hasLabels(one.labels, labels))
  return there ? { notYet: 'the alert still fires', else: 'failed' } : { outcome: 'ok', detail: 'the alert is gone' }
}

/** Healthy since the action and for long enough. One that has ended again has not been helped. Pure. */
export function judgeHealth(
  replicas: readonly Replica[],
  { service, replica }: PolicyTarget,
  sinceMs: number,
  overMs: number,
  nowMs: number,
): Verdict {
  const ours = replicas.filter((one) => replica === undefined || one.id === replica)
  const name = replica ?? service
  if (ours.length === 0) return { notYet: `there is no ${name}`, else: 'failed' }
  const ended = ours.find((one) => one.state === 'exited' && one.sinceMs > sinceMs)
  if (ended !== undefined) return { outcome: 'failed', detail: `${ended.id} has ended again` }
  const sick = ours.find((one) => one.state !== 'healthy')
  if (sick !== undefined) return { notYet: `${sick.id} is ${sick.state}`, else: 'failed' }
  const healthySinceMs = Math.max(sinceMs, ...ours.map((one) => one.sinceMs))
  if (nowMs - healthySinceMs < overMs) return { notYet: `${name} is healthy, but not for long enough`, else: 'unknown' }
  return { outcome: 'ok', detail: `${ours.map((one) => one.id).join(', ')} healthy since the action` }
}

/** Every value must pass; none, or only NaN, says nothing. Pure. */
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
