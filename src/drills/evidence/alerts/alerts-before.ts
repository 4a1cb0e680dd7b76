import type { HeldAlert, Silence } from '../../../probes/alertmanager.ts'
import type { ActiveAlert } from '../../../probes/prometheus.ts'
import { sameAs } from '../same-alert.ts'

/**
 * What was known of alerts when the gate opened. Who sets a silence after that, or lets one end, decides whether an alert notifies:
 * then the run proves nothing about it.
 */
export interface AlertsBefore {
  /** Those in force. */
  silences: readonly Silence[]
  /** Alerts that fired, and that Alertmanager held back. */
  heldBack: readonly Pick<ActiveAlert, 'labels' | 'activeAtMs'>[]
  /** When Prometheus was started; missing where it does not say. */
  prometheusStartedAtMs?: number | undefined
}

export const nothingBefore: AlertsBefore = { silences: [], heldBack: [] }

/** The alerts that fire and that Alertmanager holds back. */
export function heldBackAlerts(active: readonly ActiveAlert[], held: readonly HeldAlert[]): ActiveAlert[] {
  return active.filter(({ labels, state }) => {
    const same = sameAs(labels, held)
    return state === 'firing' && same.length > 0 && same.every(({ status }) => status === 'suppressed')
  })
}
