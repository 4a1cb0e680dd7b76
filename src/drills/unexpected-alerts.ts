import { formatLabels, hasLabels, type Labels } from '../probes/prometheus.ts'
import { earliestMs, type Facts } from './facts.ts'

export interface UnexpectedAlert {
  alertname: string
  labels: Labels
  activeAtMs: number
  firedAtMs: number
}

/**
 * Every alert that fired during the run and that no `alert` expectation covers. An alert of an expected name that became
 * active before anything was injected is not covered either: it has another cause.
 */
export function unexpectedAlerts(facts: Facts): UnexpectedAlert[] {
  const { drill, observations } = facts
  const fromMs = earliestMs(facts)
  return observations.ruleAlerts.flatMap(({ labels, activeAtMs, firedAtMs }) => {
    if (firedAtMs === undefined) return []
    const covered = drill.expectations.some(
      (one) => one.kind === 'alert' && one.alert === labels.alertname && hasLabels(labels, one.labels),
    )
    return covered && activeAtMs >= fromMs ? [] : [{ alertname: labels.alertname ?? '', labels, activeAtMs, firedAtMs }]
  })
}

export function formatAlert({ alertname, labels }: UnexpectedAlert): string {
  const { alertname: _, ...others } = labels
  return `${alertname}${formatLabels(others)}`
}
