import { type AlertsBefore, heldBackAlerts, nothingBefore } from '../evidence/alerts/alerts-before.ts'
import { type GateContext, LOOK_TIMEOUT_MS } from './checks/check.ts'

/** What is known of alerts as the gate opens. What cannot be read is not known: then a run judges less. */
export async function readAlertsBefore({ prometheus, alertmanager, signal }: GateContext): Promise<AlertsBefore> {
  const bounded = { timeoutMs: LOOK_TIMEOUT_MS, signal }
  try {
    const [active, held, silences, prometheusStartedAtMs] = await Promise.all([
      prometheus.alerts(bounded),
      alertmanager.alerts(bounded),
      alertmanager.silences(bounded),
      prometheus.startedAtMs(bounded).catch(() => undefined),
    ])
    return { silences, heldBack: heldBackAlerts(active, held), prometheusStartedAtMs }
  } catch {
    signal?.throwIfAborted()
    return nothingBefore
  }
}
