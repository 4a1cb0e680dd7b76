import { defined } from '../../base/defined.ts'

/** The dashboard and panel on which to look for the cause of an alert. */
export interface SeenOn {
  /** `overview` for the dashboard firedrill-overview. */
  dashboard: string
  /** Title of the panel that shows what the alert is judged by. */
  panel: string
  /** The dashboard opens for the alert's own service: the result has that label, and the dashboard a variable of that name. */
  ofService?: true
}

/** Every alert by its name: it leads to this panel, and the panel back to its runbook. */
export const seenOn: Readonly<Record<string, SeenOn>> = {
  ServiceDown: { dashboard: 'overview', panel: 'Up', ofService: true },
  ServiceUnsettled: { dashboard: 'overview', panel: 'Up' },
  ServiceAbsent: { dashboard: 'overview', panel: 'Up' },
  APIHighLatency: { dashboard: 'endpoints', panel: 'Duration p95 by route', ofService: true },
  APIErrorRateHigh: { dashboard: 'endpoints', panel: 'Error ratio by route', ofService: true },
  HighErrorRate: { dashboard: 'endpoints', panel: 'Error ratio by route', ofService: true },
  CriticalErrorRate: { dashboard: 'endpoints', panel: 'Error ratio by route', ofService: true },
  ErrorCount: { dashboard: 'endpoints', panel: 'Status distribution', ofService: true },
  DatabaseDown: { dashboard: 'database', panel: 'Failed operations by kind' },
  PoolExhausted: { dashboard: 'database', panel: 'Waiting by replica', ofService: true },
  CacheDown: { dashboard: 'cache', panel: 'Failed cache operations' },
  CacheHitRateLow: { dashboard: 'cache', panel: 'Hit share by cache', ofService: true },
  ProxyDown: { dashboard: 'drills', panel: 'Alerts' },
  ServiceHighMemory: { dashboard: 'node', panel: 'Resident memory', ofService: true },
  EventLoopBlocked: { dashboard: 'node', panel: 'Event loop lag p99', ofService: true },
  ProbeFailed: { dashboard: 'monitoring', panel: 'Probes from outside' },
  QuotesStale: { dashboard: 'stocks', panel: 'Age' },
  WorkerStalled: { dashboard: 'worker', panel: 'Lag by replica' },
  AlertsRefused: { dashboard: 'responder', panel: 'Refused deliveries by reason' },
  HostHighCPU: { dashboard: 'host', panel: 'CPU by mode' },
  HostLowMemory: { dashboard: 'host', panel: 'Memory' },
  StackDiskFull: { dashboard: 'host', panel: 'Fullest file system' },
  ControlTroubled: { dashboard: 'drills', panel: 'Alerts' },
  Watchdog: { dashboard: 'monitoring', panel: 'Alerts sent to Alertmanager' },
  AlertmanagerDown: { dashboard: 'monitoring', panel: 'Scrape duration' },
  ExporterDown: { dashboard: 'monitoring', panel: 'Scrape duration' },
  ConfigReloadFailed: { dashboard: 'monitoring', panel: 'Missed and failed evaluations' },
  PrometheusNotificationsFailing: { dashboard: 'monitoring', panel: 'Alerts sent to Alertmanager' },
  PrometheusRuleFailures: { dashboard: 'monitoring', panel: 'Missed and failed evaluations' },
  PrometheusRuleEvaluationsMissed: { dashboard: 'monitoring', panel: 'Missed and failed evaluations' },
  AlertmanagerNotificationsFailing: { dashboard: 'monitoring', panel: 'Notifications of Alertmanager' },
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
