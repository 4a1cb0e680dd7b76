import { hasLabels, type Labels } from '../../probes/prometheus.ts'
import { isOnBudget } from '../gate/burn.ts'
import { isOfMachine } from '../watch/observations.ts'
import { askedMs, earliestMs, type Facts } from './facts.ts'

/**
 * Whether no alert of this run is active and no incident of it is open any more, so that the next drill can start. Alerts on
 * budgets and on the machine are not waited for unless they are expected: they last for as long as they like.
 */
export function isResolved(facts: Facts): boolean {
  const { observations, drill } = facts
  const fromMs = earliestMs(facts)
  const counts = (alertname: string | undefined, labels: Labels) =>
    (!isOnBudget(labels) && !isOfMachine(labels)) ||
    drill.expectations.some((one) => one.kind === 'alert' && one.alert === alertname && hasLabels(labels, one.labels))
  const active = observations.activeNow.some(
    ({ labels, activeAtMs }) => activeAtMs >= fromMs && counts(labels.alertname, labels),
  )
  const open = observations.incidents.some(
    (one) => one.receivedAtMs >= askedMs(facts) && one.resolvedAtMs === undefined && counts(one.alertname, one.labels),
  )
  return !active && !open
}
