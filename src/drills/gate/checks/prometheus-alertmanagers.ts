import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/** Prometheus has an Alertmanager to send alerts to. */
export const prometheusAlertmanagers: GateCheck = {
  name: 'Prometheus alertmanagers',
  async look({ prometheus, signal }) {
    const known = await prometheus.alertmanagers({ timeoutMs: LOOK_TIMEOUT_MS, signal })
    if (known === undefined) return [{ text: 'not shown: whether alerts are sent to an Alertmanager', tolerated: true }]
    return known.length > 0 ? [] : [{ text: 'Prometheus knows no Alertmanager' }]
  },
}
