import { type AlertDefinition, minute, scrapedLater } from './alert.ts'

/** Alerts about the monitoring itself. */

/**
 * Longer than Alertmanager takes to give up on the next delivery (`deliveryMs`), also in the lab, where this is 16 s: while a
 * receiver is away, its alert does not resolve in between.
 */
const FAILURE_REMEMBERED_MS = 8 * minute

/** The monitoring watches itself. When it is dead and can report nothing, the missing Watchdog shows it. */
export const monitoring: readonly AlertDefinition[] = [
  {
    alert: 'Watchdog',
    seenOn: { dashboard: 'monitoring', panel: 'Alerts sent to Alertmanager' },
    severity: 'none',
    labels: { service: 'prometheus' },
    for: 0,
    expr: () => 'vector(1)',
    summary: 'The path from rule to responder works',
    description: 'This alert always fires. If it does not arrive for a while, no other alert would arrive either.',
  },
  {
    alert: 'AlertmanagerDown',
    seenOn: { dashboard: 'monitoring', panel: 'Scrape duration' },
    severity: 'critical',
    for: 1 * minute,
    expr: () => 'up{service="alertmanager"} == 0',
    shows: scrapedLater,
    summary: 'Alertmanager is down',
    description: 'No alert is notified of. This one is seen in Prometheus only, until Alertmanager is back.',
  },
  {
    alert: 'ExporterDown',
    seenOn: { dashboard: 'monitoring', panel: 'Scrape duration' },
    severity: 'warning',
    for: 1 * minute,
    expr: () => 'up{service=~".+-exporter"} == 0',
    shows: scrapedLater,
    summary: '{{ $labels.instance }} is down',
    description: 'What {{ $labels.instance }} measures is not known, and no alert on it can fire.',
  },
  {
    alert: 'PrometheusNotificationsFailing',
    seenOn: { dashboard: 'monitoring', panel: 'Alerts sent to Alertmanager' },
    severity: 'critical',
    for: 1 * minute,
    expr: ({ range }) => {
      const window = range(2 * minute)
      const errors = `sum by (service, instance) (rate(prometheus_notifications_errors_total[${window}]))`
      return `${errors} > 0 or sum by (service, instance) (rate(prometheus_notifications_dropped_total[${window}])) > 0`
    },
    shows: scrapedLater,
    summary: 'Prometheus cannot hand alerts to Alertmanager',
    description: '{{ $value | humanize }} alerts a second did not reach Alertmanager.',
  },
  {
    alert: 'PrometheusRuleFailures',
    seenOn: { dashboard: 'monitoring', panel: 'Missed and failed evaluations' },
    severity: 'critical',
    for: 0,
    expr: ({ range }) =>
      `sum by (service, instance) (increase(prometheus_rule_evaluation_failures_total[${range(5 * minute)}])) > 0`,
    shows: scrapedLater,
    summary: 'Rules fail to evaluate',
    description:
      '{{ $value | humanize }} evaluations failed: their alerts cannot fire. The Prometheus log says which and why.',
  },
  {
    alert: 'PrometheusRuleEvaluationsMissed',
    seenOn: { dashboard: 'monitoring', panel: 'Missed and failed evaluations' },
    severity: 'warning',
    for: 5 * minute,
    expr: ({ range }) => {
      const window = range(2 * minute)
      const of = (what: string) =>
        `sum by (service, instance, rule_group) (rate(prometheus_rule_group_iterations${what}_total[${window}]))`
      return `${of('_missed')} / ${of('')} > 0.2`
    },
    shows: scrapedLater,
    summary: 'Prometheus does not keep up with a group of its rules',
    description:
      '{{ $value | humanizePercentage }} of the evaluations of {{ $labels.rule_group }} were skipped: its alerts fire late.',
  },
  {
    alert: 'ConfigReloadFailed',
    seenOn: { dashboard: 'monitoring', panel: 'Missed and failed evaluations' },
    severity: 'warning',
    for: 0,
    expr: () => 'prometheus_config_last_reload_successful == 0 or alertmanager_config_last_reload_successful == 0',
    shows: scrapedLater,
    summary: '{{ $labels.instance }} runs on an old configuration',
    description:
      '{{ $labels.instance }} could not read its configuration when it was last asked to, and goes on with the one before.',
  },
  {
    alert: 'AlertmanagerNotificationsFailing',
    seenOn: { dashboard: 'monitoring', panel: 'Notifications of Alertmanager' },
    severity: 'critical',
    for: 0,
    expr: ({ range }) =>
      `sum by (service, instance, integration) (increase(alertmanager_notifications_failed_total[${range(FAILURE_REMEMBERED_MS)}])) > 0`,
    shows: scrapedLater,
    summary: 'Alertmanager cannot deliver by {{ $labels.integration }}',
    description:
      '{{ $value | humanize }} notifications by {{ $labels.integration }} failed: somebody was not notified.',
  },
]
