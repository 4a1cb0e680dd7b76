import { CountsPerSecond, NoUnit, PercentUnit, RequestsPerSecond, Seconds } from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import { graph } from '../panels/graph.ts'
import { list } from '../panels/list.ts'
import * as all from '../selectors.ts'
import { quantile, rate, share } from '../selectors.ts'

/** Requests, failures and durations by route. */

/** The same, of the routes that are chosen. */
const ofRoutes = (matchers: string) => `${matchers},route=~"$route"`
const [byUsers, answered, failed] = [ofRoutes(all.byUsers), ofRoutes(all.answered), ofRoutes(all.failed)]

const requests = `http_requests_total{${byUsers}}`
const DURATION = 'http_request_duration_seconds'
const BY_ROUTE = 'service, method, route'
const ROUTE = '{{service}} {{method}} {{route}}'

export const endpoints: DashboardSpec = {
  uid: 'firedrill-endpoints',
  title: 'Endpoints',
  description: 'Which route is slow, which fails, which is used: every figure by service, method and route.',
  tags: ['services'],
  choices: { series: 'http_requests_total', labels: ['service', 'instance', 'route'] },
  rows: {
    Traffic: [
      graph({
        title: 'Request rate by route and method',
        description: 'Requests of users that were answered, per second.',
        unit: RequestsPerSecond,
        min: 0,
        queries: [{ expr: rate(requests, BY_ROUTE), legend: ROUTE }],
      }),
      graph({
        title: 'Status distribution',
        description: 'Answers per second by status. 499 is a client that went away before its answer.',
        unit: RequestsPerSecond,
        min: 0,
        stacked: true,
        queries: [{ expr: rate(requests, 'status'), legend: '{{status}}' }],
      }),
    ],
    Duration: [
      graph({
        title: 'Duration p95 by route',
        description: 'Nineteen in twenty requests of a route were answered faster.',
        unit: Seconds,
        min: 0,
        limits: { bad: 0.2 },
        queries: [{ expr: quantile(0.95, DURATION, { matchers: answered, by: BY_ROUTE }), legend: ROUTE }],
      }),
      graph({
        title: 'Mean duration by route',
        description: 'Time per request. Far below the p95 it means that a few requests are much slower than the rest.',
        unit: Seconds,
        min: 0,
        queries: [
          {
            expr: share(`${DURATION}_sum{${answered}}`, `${DURATION}_count{${answered}}`, BY_ROUTE),
            legend: ROUTE,
          },
        ],
      }),
      list({
        title: 'Slowest routes',
        description: 'The ten routes with the highest p95 now.',
        unit: Seconds,
        width: 24,
        columns: ['service', 'method', 'route', 'p95'],
        queries: [
          {
            expr: `topk(10, ${quantile(0.95, DURATION, { matchers: answered, by: BY_ROUTE })})`,
            legend: 'p95',
            instant: true,
          },
        ],
      }),
    ],
    Failures: [
      graph({
        title: 'Error ratio by route',
        description: 'Share of the requests of a route that were answered with a 5xx status.',
        unit: PercentUnit,
        min: 0,
        limits: { bad: 0.05 },
        queries: [{ expr: share(`http_requests_total{${failed}}`, requests, BY_ROUTE), legend: ROUTE }],
      }),
      graph({
        title: 'Unforeseen errors',
        description: 'Requests that failed with an unexpected error. Each is logged with its cause.',
        unit: CountsPerSecond,
        min: 0,
        limits: { bad: 0.1 },
        queries: [{ expr: rate(`http_exceptions_total{${byUsers}}`, BY_ROUTE), legend: ROUTE }],
      }),
      graph({
        title: 'Requests in flight by route',
        description: 'Requests that have arrived and are not answered yet: where they pile up.',
        unit: NoUnit,
        min: 0,
        width: 24,
        queries: [{ expr: `sum by (${BY_ROUTE}) (http_requests_in_flight{${byUsers}})`, legend: ROUTE }],
      }),
    ],
  },
}
