import type { Labels } from '../../probes/prometheus.ts'
import { isOfMachine, isOnBudget } from '../evidence/alert-labels.ts'
import { meaningOf } from '../evidence/alerts/alert-meaning.ts'
import { askedMs, type Evidence, earliestMs } from '../evidence/evidence.ts'
import { seenAlert } from '../evidence/other-alerts.ts'
import { sameLabels } from '../evidence/same-alert.ts'

/**
 * Whether no alert of this run is active and no incident of it is open any more, so that the next drill can start. Alerts on
 * budgets and on the machine are not waited for unless they are expected: nothing bounds how long they last. Nor are those that count
 * against no drill.
 */
export function isResolved(evidence: Evidence): boolean {
  const { observations } = evidence
  const fromMs = earliestMs(evidence)
  const active = observations.activeNow.some(({ labels, activeAtMs }) => {
    if (activeAtMs < fromMs) return false
    const known = observations.ruleAlerts.find((one) => one.activeAtMs === activeAtMs && sameLabels(one.labels, labels))
    const seen = known === undefined ? { labels, isBefore: false } : seenAlert(known, evidence)
    return isAwaited(labels, meaningOf(seen, evidence).kind)
  })
  const open = observations.incidents.some(
    ({ receivedAtMs, resolvedAtMs, alertname, labels }) =>
      receivedAtMs >= askedMs(evidence) &&
      resolvedAtMs === undefined &&
      isAwaited(labels, meaningOf({ labels: { ...labels, alertname }, isBefore: false }, evidence).kind),
  )
  return !active && !open
}

function isAwaited(labels: Labels, kind: ReturnType<typeof meaningOf>['kind']): boolean {
  if (kind === 'expected') return true
  return (kind === 'unexpected' || kind === 'excepted') && !isOnBudget(labels) && !isOfMachine(labels)
}
