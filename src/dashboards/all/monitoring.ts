import { CountsPerSecond, NoUnit, Seconds } from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import type { Query } from '../panel.ts'
import { graph } from '../panels/graph.ts'

/** Prometheus, Alertmanager and the exporters themselves. */

const here = 'instance=~"$instance"'
const exporter = (expr: string, legend: string): Query => ({ expr, legend, exporter: true })

export const monitoring: DashboardSpec = {
  uid: 'firedrill-monitoring',
  title: 'Monitoring',
  description:
    'Who watches the watchers: Prometheus and Alertmanager on themselves. If this is wrong, nothing else can be trusted.',
  tags: ['monitoring'],
  choices: { series: 'process_resident_memory_bytes{kind="monitoring"}', labels: ['instance'] },
  rows: {
    Scraping: [
      graph({
        title: 'Scrape duration',
        description:
          'Time of a scrape by job, the slowest replica. At the scrape interval a scrape times out, and the target counts as down.',
        unit: Seconds,
        min: 0,
        queries: [{ expr: 'max by (job) (scrape_duration_seconds)', legend: '{{job}}' }],
      }),
      graph({
        title: 'Samples per scrape',
        description: 'Samples a scrape brings by job. A growing line is a label with too many values.',
        unit: NoUnit,
        min: 0,
        queries: [{ expr: 'sum by (job) (scrape_samples_scraped)', legend: '{{job}}' }],
      }),
      graph({
        title: 'Series in memory',
        description: 'Time series that Prometheus holds.',
        unit: NoUnit,
        min: 0,
        queries: [exporter(`prometheus_tsdb_head_series{${here}}`, '{{instance}}')],
      }),
      graph({
        title: 'Samples appended',
        description: 'Samples that Prometheus takes in, per second.',
        unit: CountsPerSecond,
        min: 0,
        queries: [
          exporter(`rate(prometheus_tsdb_head_samples_appended_total{${here}}[$__rate_interval])`, '{{instance}}'),
        ],
      }),
    ],
    Rules: [
      graph({
        title: 'Time of a rule evaluation',
        description: 'How long the last evaluation of each group took.',
        unit: Seconds,
        min: 0,
        queries: [
          exporter(`max by (rule_group) (prometheus_rule_group_last_duration_seconds{${here}})`, '{{rule_group}}'),
        ],
      }),
      graph({
        title: 'Missed and failed evaluations',
        description:
          'Evaluations per second that were skipped because the one before was not done, or that failed. Both must be none.',
        unit: CountsPerSecond,
        min: 0,
        limits: { bad: 0.01 },
        queries: [
          exporter(`sum(rate(prometheus_rule_group_iterations_missed_total{${here}}[$__rate_interval]))`, 'missed'),
          exporter(`sum(rate(prometheus_rule_evaluation_failures_total{${here}}[$__rate_interval]))`, 'failed'),
        ],
      }),
    ],
    Alerting: [
      graph({
        title: 'Alerts sent to Alertmanager',
        description: 'Alerts per second that Prometheus sent, and those it could not.',
        unit: CountsPerSecond,
        min: 0,
        queries: [
          exporter(`sum(rate(prometheus_notifications_sent_total{${here}}[$__rate_interval]))`, 'sent'),
          exporter(`sum(rate(prometheus_notifications_dropped_total{${here}}[$__rate_interval]))`, 'dropped'),
        ],
      }),
      graph({
        title: 'Notifications of Alertmanager',
        description: 'Notifications per second by receiver, and those that failed.',
        unit: CountsPerSecond,
        min: 0,
        queries: [
          exporter(
            `sum by (integration) (rate(alertmanager_notifications_total{${here}}[$__rate_interval]))`,
            '{{integration}}',
          ),
          exporter(
            `sum by (integration) (rate(alertmanager_notifications_failed_total{${here}}[$__rate_interval]))`,
            '{{integration}} failed',
          ),
        ],
      }),
    ],
    'What it costs': [
      graph({
        title: 'CPU',
        description: 'Cores in use by each part of the monitoring.',
        unit: NoUnit,
        decimals: 2,
        min: 0,
        queries: [
          exporter(
            `sum by (instance) (rate(process_cpu_seconds_total{${here},kind="monitoring"}[$__rate_interval]))`,
            '{{instance}}',
          ),
        ],
      }),
      graph({
        title: 'Probes from outside',
        description: 'Time of the blackbox probes by what they probe. One that fails fires ProbeFailed.',
        unit: Seconds,
        min: 0,
        queries: [exporter('max by (probed, job) (probe_duration_seconds)', '{{probed}} {{job}}')],
      }),
    ],
  },
}
