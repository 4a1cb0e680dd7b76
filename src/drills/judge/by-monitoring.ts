import { formatDuration } from '../../base/units/duration.ts'
import type { Expected } from '../evidence/expected.ts'
import type { MonitoringChange } from '../evidence/observations.ts'
import type { Drill } from '../file/drill.ts'
import { servicesOf } from '../file/method-step.ts'
import type { OtherAlert } from '../journal/schema/alert.ts'
import type { ExpectationResult } from '../journal/schema/expectation-result.ts'
import type { Facts } from './facts.ts'

/** What a change of the monitoring itself, and not the system, is to blame for. */

/**
 * What changed about the monitoring in the middle of a run, in sentences. Monitoring that the drill itself breaks is the system under
 * drill: its changes count as what the drill does.
 */
export function monitoringChanges(facts: Facts | undefined): string[] {
  return facts === undefined ? [] : changesOf(facts).map((change) => changeText(change, facts))
}

/** Those of them by which the run proves nothing: what was missed or fired may be theirs, or what was met is so only by them. */
export function decidingChanges(
  facts: Facts | undefined,
  results: readonly ExpectationResult[],
  unexpected: readonly Pick<OtherAlert, 'alertname'>[],
): string[] {
  if (facts === undefined) return []
  return changesOf(facts)
    .filter(
      (change) =>
        unexpected.some(({ alertname }) => change.alert === undefined || change.alert === alertname) ||
        results.some((result) => decides(change, result, facts)),
    )
    .map((change) => changeText(change, facts))
}

function changesOf({ observations, drill }: Facts): MonitoringChange[] {
  const own = drill.method.flatMap(servicesOf)
  return observations.changes.filter(({ part }) => !own.includes(part))
}

function changeText({ text, atMs }: MonitoringChange, { zeroMs }: Facts): string {
  const sinceMs = atMs - zeroMs
  const duration = formatDuration(Math.round(Math.abs(sinceMs)))
  return `${text}, ${duration} ${sinceMs < 0 ? 'before' : 'after'} the injection`
}

function decides(
  change: MonitoringChange,
  { kind, text, met, tried, atMs }: ExpectationResult,
  { drill }: Facts,
): boolean {
  const expectation = drill.expectations.find((one) => one.kind === kind && one.text === text)
  if (expectation === undefined || !tried) return false
  if (!met) return maySpoil(change, expectation) || (kind === 'steady' && mayHide(change, drill))
  const isBefore = atMs !== null && atMs < (change.afterMs ?? change.atMs)
  return !isBefore && isJudgedBy(change, expectation)
}

/** Whether an expectation may be missed since that changed: a metric, an alert, where it is sent, or what a responder does about it. */
function maySpoil(change: MonitoringChange, expectation: Expected): boolean {
  if (isJudgedBy(change, expectation)) return true
  const { alert, watches, actsOn, routed } = expectation
  if (change.alert !== undefined || change.part === 'alertmanager') return actsOn !== undefined
  return [alert, watches, actsOn, routed].some((one) => one !== undefined)
}

/** Whether a steady state may have been back without being seen: some of it is read from Prometheus, which is another one since then. */
function mayHide({ part, alert }: MonitoringChange, { steadyState }: Drill): boolean {
  return part === 'prometheus' && alert === undefined && steadyState.some(({ kind }) => kind !== 'http')
}

/** Whether it is what an expectation is judged by: the rule of its alert, the routes of Alertmanager. */
function isJudgedBy(change: MonitoringChange, { alert, routed }: Pick<Expected, 'alert' | 'routed'>): boolean {
  if (change.part === 'alertmanager') return routed !== undefined
  if (change.alert === undefined) return false
  return alert?.alert === change.alert || (routed?.includes(change.alert) ?? false)
}
