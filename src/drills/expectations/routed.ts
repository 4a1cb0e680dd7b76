import { hasLabels, type Labels } from '../../probes/prometheus.ts'
import { everyAlert, whyNotCounted } from '../evidence/alerts/alert-scope.ts'
import { type Evidence, earliestMs } from '../evidence/evidence.ts'
import { alertText, isExpected } from '../evidence/expected.ts'
import type { SeenHeldAlert } from '../evidence/observations.ts'

/** The alerts of a run at Alertmanager. */

/** Alerts of that name, or of any name, with at least those labels. */
export interface Wanted {
  alert?: string | undefined
  labels: Labels
}

/** Alerts of this run and of this system that Alertmanager has, oldest first. */
export function heldIn(evidence: Evidence, wanted: readonly Wanted[]): SeenHeldAlert[] {
  const { drill, alertScope = everyAlert } = evidence
  const fromMs = earliestMs(evidence)
  const isWanted = ({ labels }: SeenHeldAlert) =>
    wanted.some((one) => (one.alert ?? labels.alertname) === labels.alertname && hasLabels(labels, one.labels))
  const isOfSystem = ({ labels }: SeenHeldAlert) => {
    const isNamed =
      wanted.some(({ alert }) => alert !== undefined) || isExpected({ alertname: labels.alertname, labels }, drill)
    return whyNotCounted(labels, alertScope, { isNamed }) === undefined
  }
  return evidence.observations.heldAlerts
    .filter((held) => held.startsAtMs >= fromMs && isWanted(held) && isOfSystem(held))
    .sort((a, b) => a.startsAtMs - b.startsAtMs)
}

/** Names of the alerts that hold back another one. */
export function namesOf(alerts: readonly Labels[]): string[] {
  return [...new Set(alerts.map(({ alertname = 'an alert that is gone' }) => alertname))]
}

/** `ShopDown{job="shop"}` */
export function heldText({ labels }: Pick<SeenHeldAlert, 'labels'>): string {
  const { alertname = '', ...others } = labels
  return alertText({ alert: alertname, labels: others })
}
