import { alertFindings, nameAlert } from '../alert-findings.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/** Alertmanager holds no alert: the next one of a group that it still keeps waits for the group interval. */
export const heldAlerts: GateCheck = {
  name: 'Alertmanager',
  async look(context) {
    const { alertmanager, signal } = context
    const alerts = await alertmanager.alerts({ timeoutMs: LOOK_TIMEOUT_MS, signal })
    return alerts.flatMap(({ labels }) =>
      alertFindings(labels, `Alertmanager still holds ${nameAlert(labels)}`, context),
    )
  },
}
