import type { Labels } from '../../probes/prometheus.ts'
import { isOfMachine, isOnBudget } from '../evidence/alert-labels.ts'
import { askedMs, type Evidence, earliestMs } from '../evidence/evidence.ts'
import { isExpected } from '../evidence/expected.ts'

/**
 * Whether no alert of this run is active and no incident of it is open any more, so that the next drill can start. Alerts on
 * budgets and on the machine are not waited for unless they are expected: nothing bounds how long they last.
 */
export function isResolved(evidence: Evidence): boolean {
  const { observations, drill } = evidence
  const fromMs = earliestMs(evidence)
  const counts = (alertname: string | undefined, labels: Labels) =>
    (!isOnBudget(labels) && !isOfMachine(labels)) || isExpected({ alertname, labels }, drill)
  const active = observations.activeNow.some(
    ({ labels, activeAtMs }) => activeAtMs >= fromMs && counts(labels.alertname, labels),
  )
  const open = observations.incidents.some(
    ({ receivedAtMs, resolvedAtMs, alertname, labels }) =>
      receivedAtMs >= askedMs(evidence) && resolvedAtMs === undefined && counts(alertname, labels),
  )
  return !active && !open
}
