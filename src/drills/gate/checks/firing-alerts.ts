import { isExpected } from '../../evidence/expected.ts'
import { alertFindings, FORGOTTEN_WITHIN_MS, nameAlert } from '../alert-findings.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/**
 * No alert fires. A pending alert is one that its `for` tolerates; but an alert that the drill expects, and that fires because of
 * what was before, would prove nothing.
 */
export const firingAlerts: GateCheck = {
  name: 'Prometheus alerts',
  async look(context) {
    const { prometheus, drill, profile, signal } = context
    const alerts = await prometheus.alerts({ timeoutMs: LOOK_TIMEOUT_MS, signal })
    return alerts.flatMap(({ labels, state }) => {
      if (state !== 'pending') return alertFindings(labels, `alert ${nameAlert(labels)} is firing`, context)
      if (!isExpected({ alertname: labels.alertname, labels }, drill)) return []
      const text = `alert ${nameAlert(labels)}, which the drill expects, is pending already`
      return [{ text, lastsMs: profile.scale(FORGOTTEN_WITHIN_MS) }]
    })
  },
}
