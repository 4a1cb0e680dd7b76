import type { DurationRange } from '../../base/units/duration-range.ts'
import { ANY_SERIES } from '../../lint/knowledge/any-series.ts'
import { alertLabelsOf, restrictedTo } from '../../lint/routes/alert-labels.ts'
import { labelsAsSent } from '../../probes/alert-labels/rule-labels.ts'
import type { AlertRule } from '../../probes/prometheus.ts'
import { ANY_VALUE, atLeast, type PossibleLabels } from '../../routing/possible-labels.ts'
import { type Reached, routesOf } from '../../routing/routes-of.ts'
import { doesNothing, type Routing } from '../../routing/routing.ts'

/** Which routes an expected alert takes, and how long they wait. */

/** An alert of that name with at least those labels. */
type WantedAlert = Pick<AlertRule, 'alert' | 'labels'>

/** The rules that may fire it, and where Alertmanager sends it. */
interface Known {
  alertRules: readonly AlertRule[]
  routing?: Routing | undefined
}

/**
 * How long Alertmanager waits before its first notification of an alert, by the routes that take it, or by those of them that lead to
 * `receiver`; of several, the one that notifies first. Two ends where that depends on labels that are not known. `undefined`: no route
 * that is known notifies of it.
 */
export function groupWaitOf(
  wanted: WantedAlert,
  { alertRules, routing }: Known,
  receiver?: string,
): DurationRange | undefined {
  if (routing === undefined) return undefined
  const reached = reachedBy(wanted, alertRules, routing).filter(
    ({ route }) => !doesNothing(routing, route.receiver) && (receiver ?? route.receiver) === route.receiver,
  )
  if (reached.length === 0) return undefined
  const waits = reached.map(({ route }) => route.groupWaitMs)
  const certain = reached.filter((one) => one.certain).map(({ route }) => route.groupWaitMs)
  return { minMs: Math.min(...waits), maxMs: certain.length > 0 ? Math.min(...certain) : Math.max(...waits) }
}

/** The routes that take an alert of that name with those labels, certain or possible. */
export function reachedBy(wanted: WantedAlert, alertRules: readonly AlertRule[], { root }: Routing): Reached[] {
  const sets = possibleLabelsOf(wanted, alertRules)
  return sets.flatMap((labels) =>
    routesOf(root, labels).map((one) => ({ ...one, certain: one.certain && sets.length === 1 })),
  )
}

/** What is known of the labels of such an alert: those that are wanted, and those of the rules of its name. */
export function possibleLabelsOf({ alert, labels }: WantedAlert, alertRules: readonly AlertRule[]): PossibleLabels[] {
  return restrictedTo(labelsOfRules(alert, alertRules), labels)
}

/** A run looks again and again, and its rules stay the same. */
const remembered = new WeakMap<readonly AlertRule[], Map<string, PossibleLabels[]>>()

function labelsOfRules(alert: string, alertRules: readonly AlertRule[]): PossibleLabels[] {
  const known = remembered.get(alertRules) ?? new Map<string, PossibleLabels[]>()
  remembered.set(alertRules, known)
  const before = known.get(alert)
  if (before !== undefined) return before
  const sets = alertRules
    .filter((rule) => labelsAsSent(rule).alertname === alert)
    .flatMap((rule) => alertLabelsOf({ ...rule, name: alert, labels: labelsAsSent(rule) }, ANY_SERIES))
  // Relabelling may add what no rule has, and where it is not known, external labels too.
  const open = sets.map((set) => ({ ...set, others: ANY_VALUE }))
  const made = open.length === 0 ? [atLeast({ alertname: alert })] : open
  known.set(alert, made)
  return made
}
