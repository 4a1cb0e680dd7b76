import { NoUnit, PercentUnit, RequestsPerSecond, Seconds } from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import { figure } from '../panels/figure.ts'
import { graph } from '../panels/graph.ts'
import { states, upOrDown } from '../panels/states.ts'
import { alerts, answered, byUsers, chosen, failed, quantile, rate, share } from '../selectors.ts'

/** The first dashboard: whether users are served. */

const requests = `http_requests_total{${byUsers}}`
const failures = `http_requests_total{${failed}}`
const availability = 'sloth_service=~"$service",sloth_slo="availability"'
const DURATION = 'http_request_duration_seconds'

export const overview: DashboardSpec = {
  uid: 'firedrill-overview',
  title: 'Overview',
  description: 'Is the system well, as its users see it? Rate, errors and duration of all services, and what is up.',
  tags: ['services'],
  choices: { series: 'http_requests_total', labels: ['service', 'instance'] },
  rows: {
    'At a glance': [
      figure({
        title: 'Replicas down',
        description: 'Replicas that Prometheus could not scrape the last time it tried.',
        unit: NoUnit,
        limits: { bad: 1 },
        queries: [{ expr: `sum(1 - up{${chosen}})`, legend: 'down' }],
      }),
      figure({
        title: 'Request rate',
        description: 'Requests of users that were answered, per second. Scrapes and health checks are not counted.',
        unit: RequestsPerSecond,
        queries: [{ expr: rate(requests), legend: 'requests' }],
      }),
      figure({
        title: 'Error ratio',
        description: 'Share of the requests that were answered with a 5xx status.',
        unit: PercentUnit,
        limits: { warn: 0.01, bad: 0.05 },
        queries: [{ expr: share(failures, requests), legend: 'errors' }],
      }),
      figure({
        title: 'Success ratio',
        description: 'Share of the requests that did not fail. What is promised stands on the dashboard of objectives.',
        unit: PercentUnit,
        decimals: 3,
        limits: { warn: 0.999, bad: 0.99, below: true },
        queries: [{ expr: `1 - ${share(failures, requests)}`, legend: 'success' }],
      }),
      figure({
        title: 'Latency p95',
        description: 'Nineteen in twenty requests were answered faster.',
        unit: Seconds,
        limits: { warn: 0.1, bad: 0.2 },
        queries: [{ expr: quantile(0.95, DURATION, { matchers: answered }), legend: 'p95' }],
      }),
      figure({
        title: 'Firing alerts',
        description: 'Alerts that fire now, the watchdog left out: it always does.',
        unit: NoUnit,
        limits: { bad: 1 },
        queries: [{ expr: `count(${alerts('firing')}) or vector(0)`, legend: 'alerts' }],
      }),
    ],
    Requests: [
      graph({
        title: 'Request rate by service',
        description: 'Requests of users that were answered, per second.',
        unit: RequestsPerSecond,
        min: 0,
        queries: [{ expr: rate(requests, 'service'), legend: '{{service}}' }],
      }),
      graph({
        title: 'Error ratio by service',
        description: 'Share of the requests that were answered with a 5xx status. Without requests there is no share.',
        unit: PercentUnit,
        min: 0,
        limits: { bad: 0.05 },
        queries: [{ expr: share(failures, requests, 'service'), legend: '{{service}}' }],
      }),
      graph({
        title: 'Latency',
        description: 'Time from the arrival of a request to the end of its response, all chosen services together.',
        unit: Seconds,
        min: 0,
        limits: { bad: 0.2 },
        queries: [0.5, 0.9, 0.95, 0.99].map((share) => ({
          expr: quantile(share, DURATION, { matchers: answered }),
          legend: `p${share * 100}`,
        })),
      }),
      graph({
        title: 'Latency p95 by service',
        description: 'Nineteen in twenty requests were answered faster.',
        unit: Seconds,
        min: 0,
        limits: { bad: 0.2 },
        queries: [{ expr: quantile(0.95, DURATION, { matchers: answered, by: 'service' }), legend: '{{service}}' }],
      }),
    ],
    Promises: [
      graph({
        title: 'Success ratio against the objective',
        description:
          'Share of the requests that did not fail, over the shortest window of each objective, and what is promised.',
        unit: PercentUnit,
        width: 24,
        max: 1,
        decimals: 2,
        queries: [
          { expr: `1 - slo:sli_error:ratio_rate5m{${availability}}`, legend: '{{sloth_service}}' },
          { expr: `slo:objective:ratio{${availability}}`, legend: '{{sloth_service}} promised' },
        ],
      }),
    ],
    Saturation: [
      graph({
        title: 'Requests in flight',
        description:
          'Requests that have arrived and are not answered yet. A growing line is a service that does not keep up.',
        unit: NoUnit,
        min: 0,
        queries: [{ expr: `sum by (service) (http_requests_in_flight{${byUsers}})`, legend: '{{service}}' }],
      }),
      graph({
        title: 'Requests refused or expired',
        description: 'Answered 503 to protect the rest: for want of room, or because their deadline came first.',
        unit: RequestsPerSecond,
        min: 0,
        queries: [
          { expr: rate(`http_requests_refused_total{${chosen}}`, 'service, reason'), legend: '{{service}} {{reason}}' },
          { expr: rate(`http_requests_expired_total{${chosen}}`, 'service'), legend: '{{service}} deadline' },
        ],
      }),
    ],
    Replicas: [
      states({
        title: 'Up',
        description:
          'Whether Prometheus could scrape each replica. Down is a process that is gone, hangs, or is overloaded.',
        width: 24,
        states: upOrDown,
        queries: [{ expr: `max by (instance) (up{${chosen}})`, legend: '{{instance}}' }],
      }),
    ],
  },
}
