import { hasLabels, type Labels } from '../../probes/prometheus.ts'

/** Whether two sets of labels are those of one alert. */
export type SameAlert = (a: Labels, b: Labels) => boolean

export const sameLabels: SameAlert = (a, b) => Object.keys(a).length === Object.keys(b).length && hasLabels(a, b)

/**
 * The same where it is not known how the labels of an alert change on their way to Alertmanager: the name is the same, and
 * so is every label that both have.
 */
export const commonLabels: SameAlert = (a, b) =>
  a.alertname === b.alertname && Object.entries(a).every(([name, value]) => b[name] === undefined || b[name] === value)

/** Those of one alert: with all its labels, else with those that both have. */
export function sameAs<T extends { labels: Labels }>(labels: Labels, alerts: readonly T[]): T[] {
  const exact = alerts.filter((one) => sameLabels(one.labels, labels))
  return exact.length > 0 ? exact : alerts.filter((one) => commonLabels(one.labels, labels))
}
