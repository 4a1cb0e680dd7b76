import { defined } from '../../base/defined.ts'
import type { SeenOn } from './alert.ts'
import { alerts } from './alerts.ts'

/** Every alert by its name: it links to this panel, and the panel back to its runbook. */
export const seenOn: Readonly<Record<string, SeenOn>> = {
  ...Object.fromEntries(alerts.map(({ alert, seenOn }) => [alert, seenOn])),
  // Those that are derived from the objectives.
  SLODataAbsent: { dashboard: 'objectives', panel: 'Error budget left over time' },
  ErrorBudgetBurn: { dashboard: 'objectives', panel: 'Burn rate' },
}

/** The path of an alert's dashboard in Grafana, for the label `service` of its result. `undefined`: it has none. */
export function dashboardPath(alert: string): string | undefined {
  const seen = seenOn[alert]
  if (seen === undefined) return undefined
  return `/d/firedrill-${seen.dashboard}${seen.ofService === undefined ? '' : '?var-service={{ $labels.service }}'}`
}

/** The links that every alert has: where it is explained, and where it is seen. */
export function linksOf(alert: string, runbook: string): Record<string, string> {
  const path = dashboardPath(alert)
  return { runbook_url: runbook, ...defined({ dashboard_url: path }) }
}
