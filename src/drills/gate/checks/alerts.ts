import { messageOf } from '../../../base/errors.ts'
import type { HeldAlert, Silence } from '../../../probes/alertmanager.ts'
import type { ActiveAlert } from '../../../probes/prometheus.ts'
import { droppedOnItsWay } from '../../evidence/alerts/alert-meaning.ts'
import { suppressionText } from '../../evidence/alerts/suppression.ts'
import { isExpected } from '../../evidence/expected.ts'
import { sameAs } from '../../evidence/same-alert.ts'
import { alertFindings, FORGOTTEN_WITHIN_MS, nameAlert } from '../alert-findings.ts'
import { type GateCheck, type GateContext, type GateFinding, LOOK_TIMEOUT_MS } from './check.ts'

/**
 * No alert of the system fires in Prometheus, and Alertmanager holds none: the next one of a group that it still keeps waits for the
 * group interval. What Alertmanager holds back pages nobody, and is tolerated.
 */
export const alerts: GateCheck = {
  name: 'alerts',
  async look(context) {
    const { prometheus, alertmanager, signal } = context
    const bounded = { timeoutMs: LOOK_TIMEOUT_MS, signal }
    const [active, held] = await Promise.allSettled([prometheus.alerts(bounded), alertmanager.alerts(bounded)])
    signal?.throwIfAborted()
    // Silences are read for their texts only.
    const isAnyHeldBack = listOf(held).some(({ suppression }) => suppression !== undefined)
    const silences = isAnyHeldBack ? await alertmanager.silences(bounded).catch(() => []) : []
    const known = { held: listOf(held), silences }
    return [
      ...failureOf('Prometheus alerts', active),
      ...listOf(active).flatMap((alert) => ofRule(alert, known, context)),
      ...failureOf('Alertmanager', held),
      ...known.held.flatMap((alert) =>
        ofHeld(alert, `Alertmanager still holds ${nameAlert(alert.labels)}`, { silences, context }),
      ),
    ]
  },
}

function listOf<T>(result: PromiseSettledResult<T[]>): T[] {
  return result.status === 'fulfilled' ? result.value : []
}

function failureOf(name: string, result: PromiseSettledResult<unknown>): GateFinding[] {
  return result.status === 'rejected' ? [{ text: `${name}: ${messageOf(result.reason)}` }] : []
}

/**
 * A pending alert is one that its `for` tolerates; but an alert that the drill expects, and that fires because of what was before,
 * would prove nothing.
 */
function ofRule(
  { labels, state, dropped }: ActiveAlert,
  { held, silences }: { held: readonly HeldAlert[]; silences: readonly Silence[] },
  context: GateContext,
): GateFinding[] {
  if (state === 'pending') {
    if (!isExpected({ alertname: labels.alertname, labels }, context.drill)) return []
    const text = `alert ${nameAlert(labels)}, which the drill expects, is pending already`
    return [{ text, lastsMs: context.profile.scale(FORGOTTEN_WITHIN_MS) }]
  }
  const text = `alert ${nameAlert(labels)} is firing`
  if (dropped) return alertFindings({ labels, heldBack: droppedOnItsWay }, text, context)
  const same = sameAs(labels, held)
  // One that is not held back by any of them notifies.
  const alert = same.find(({ status }) => status !== 'suppressed') ?? same[0] ?? { labels, status: 'active' }
  return ofHeld({ ...alert, labels: { ...alert.labels, ...labels } }, text, { silences, context })
}

function ofHeld(
  { labels, status, suppression }: Pick<HeldAlert, 'labels' | 'status' | 'suppression'>,
  text: string,
  { silences, context }: { silences: readonly Silence[]; context: GateContext },
): GateFinding[] {
  const isHeldBack = status === 'suppressed'
  const heldBack = isHeldBack ? { kind: 'suppressed' as const, why: suppressionText(suppression, silences) } : undefined
  return alertFindings({ labels, heldBack }, text, context)
}
