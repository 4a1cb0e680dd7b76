import { distinctIn, type PossibleLabels } from '../../routing/possible-labels.ts'
import type { RoutedAlert, RoutedFault } from '../../routing/routes-report.ts'
import { labelsAskedFor, type Routing } from '../../routing/routing.ts'
import type { LintRule } from '../finding.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import { alertLabelsOf, restrictedTo } from './alert-labels.ts'
import { alertRoutes } from './alert-routes.ts'
import { inhibitorsAmong } from './inhibitors.ts'

/** Every alert rule with the routes that its alerts take, and a way to ask for those of an alert with certain labels. */
export interface RoutedRules {
  alerts: RoutedAlert[]
  find(wanted: { alert: string; labels: Readonly<Record<string, string>> }): RoutedFault['alerts'][number]
}

export function routedRules(
  rules: readonly LintRule[],
  { routing, knowledge, external, atMs }: RoutingBasis,
): RoutedRules {
  const asked = labelsAskedFor(routing)
  const setsOf = (rule: LintRule) => distinctIn(alertLabelsOf(rule, knowledge, external), asked)
  const labelled = rules.map((rule) => ({ rule, name: rule.name, sets: setsOf(rule) }))
  const inhibitors = inhibitorsAmong(labelled, routing)
  const alerts = labelled.map(({ rule, ...named }) => {
    const { name: alert, group, labels, forMs, evaluationMs } = rule
    const routes = alertRoutes(named.sets, routing, atMs)
    return { alert, group, labels: { ...labels }, forMs, evaluationMs, routes, inhibitedBy: inhibitors(named) }
  })
  const find: RoutedRules['find'] = ({ alert, labels }) => {
    const own = labelled.filter(({ name }) => name === alert)
    const sets: PossibleLabels[] = restrictedTo(
      own.flatMap(({ sets: each }) => each),
      labels,
    )
    const forMs = Math.min(...own.map(({ rule }) => rule.forMs))
    return {
      alert,
      labels: { ...labels },
      forMs: own.length === 0 ? 0 : forMs,
      routes: alertRoutes(sets, routing, atMs),
    }
  }
  return { alerts, find }
}

interface RoutingBasis {
  routing: Routing
  knowledge: Knowledge
  external: Readonly<Record<string, string>>
  atMs: number | undefined
}
