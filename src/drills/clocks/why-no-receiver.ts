import { didYouMean } from '../../base/text/near-name.ts'
import type { AlertRule } from '../../probes/prometheus.ts'
import { inhibits } from '../../routing/inhibition.ts'
import type { PlanContext } from '../plan-context.ts'
import { possibleLabelsOf, reachedBy } from './route-wait.ts'
import { whyNoAlert } from './why-no-alert.ts'

/** What keeps Alertmanager from ever notifying of an alert, or from holding it back. */

type WantedAlert = Pick<AlertRule, 'alert' | 'labels'>
type Known = Pick<PlanContext, 'alertRules' | 'labelNames' | 'routing'>

/**
 * Why Alertmanager can never send that alert, or, without one, any alert, to that receiver; `undefined` when it can, or when that is
 * not known.
 */
export function whyNoReceiver(name: string, wanted: WantedAlert | undefined, context: Known): string | undefined {
  const { routing, alertRules } = context
  const never = (wanted && whyNoAlert(wanted, context)) ?? whyNotAReceiver(name, context)
  if (never !== undefined || routing === undefined) return never
  if (routing.receivers.get(name)?.integrations.length === 0) return `the receiver ${name} notifies nobody`
  if (wanted === undefined) return undefined
  const reached = reachedBy(wanted, alertRules, routing).map(({ route }) => route.receiver)
  if (reached.includes(name)) return undefined
  return `Alertmanager's routes send ${wanted.alert} to ${[...new Set(reached)].join(', ')}`
}

/** That Alertmanager has no receiver of that name. */
export function whyNotAReceiver(name: string, { routing }: Pick<Known, 'routing'>): string | undefined {
  if (routing === undefined || routing.receivers.has(name)) return undefined
  const next = didYouMean(name, [...routing.receivers.keys()])
  return `Alertmanager has no receiver ${name}${next === undefined ? '' : `; ${next}`}`
}

/** Why no rule of Alertmanager's ever makes that alert hold back the wanted one. */
export function whyNotInhibited(wanted: WantedAlert, by: string, context: Known): string | undefined {
  const source = { alert: by, labels: {} }
  const never = whyNoAlert(wanted, context) ?? whyNoAlert(source, context)
  const { routing, alertRules } = context
  if (never !== undefined || routing === undefined) return never
  const [from, to] = [possibleLabelsOf(source, alertRules), possibleLabelsOf(wanted, alertRules)]
  const mayHoldBack = routing.inhibitions.some((rule) =>
    from.some((a) => to.some((b) => inhibits(rule, a, b) !== 'no')),
  )
  return mayHoldBack ? undefined : `no inhibit rule of Alertmanager's lets ${by} hold back ${wanted.alert}`
}
