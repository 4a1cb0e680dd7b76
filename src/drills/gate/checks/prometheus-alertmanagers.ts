import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/** Prometheus has an Alertmanager to send alerts to. */
export const prometheusAlertmanagers: GateCheck = {
  name: 'Prometheus alertmanagers',
  async look({ prometheus, signal }) {
    const known = await prometheus.alertmanagers({ timeoutMs: LOOK_TIMEOUT_MS, signal })
    return known.length > 0 ? [] : [{ text: 'Prometheus knows no Alertmanager' }]
  },
}
