import { NoUnit, RequestsPerSecond, Seconds } from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import type { Query } from '../panel.ts'
import { figure } from '../panels/figure.ts'
import { graph } from '../panels/graph.ts'
import { onOrOff, states } from '../panels/states.ts'
import { rate } from '../selectors.ts'

/** The load that runs. */

/** Control, which exposes the metrics of loads, is scraped as often as exporters are. */
const fromControl = (expr: string, legend: string): Query => ({ expr, legend, exporter: true })
const latency = (quantile: string) => `max by (endpoint) (firedrill_load_latency_seconds{quantile="${quantile}"})`
const quiet = 'No load was run.'

export const load: DashboardSpec = {
  uid: 'firedrill-load',
  title: 'Load',
  description:
    'What the virtual users of `firedrill load` do and feel, measured where they are: also of requests that no service has seen.',
  tags: ['drills'],
  rows: {
    'At a glance': [
      figure({
        title: 'Users',
        description: 'Virtual users at work.',
        unit: NoUnit,
        decimals: 0,
        width: 8,
        queries: [fromControl('sum(firedrill_load_users)', 'users')],
      }),
      figure({
        title: 'Requests',
        description: 'Requests that were ended per second, answered or not.',
        quiet,
        unit: RequestsPerSecond,
        width: 8,
        queries: [fromControl(rate('firedrill_load_requests_total'), 'requests')],
      }),
      figure({
        title: 'Lateness',
        description: 'How late the generator sends (p99). When it does not keep up, its figures prove nothing.',
        quiet,
        unit: Seconds,
        width: 8,
        limits: { warn: 0.05, bad: 0.1 },
        queries: [fromControl('max(firedrill_load_lateness_seconds)', 'lateness')],
      }),
    ],
    'What users do and feel': [
      graph({
        title: 'Requests by endpoint',
        description: 'Requests per second, as the journey names them.',
        quiet,
        unit: RequestsPerSecond,
        min: 0,
        stacked: true,
        queries: [fromControl(rate('firedrill_load_requests_total', 'endpoint'), '{{endpoint}}')],
      }),
      graph({
        title: 'Failures by cause',
        description: 'Failed requests per second. Refused, reset and timed out ones are in no metric of a service.',
        quiet: 'No request failed.',
        unit: RequestsPerSecond,
        min: 0,
        stacked: true,
        queries: [fromControl(rate('firedrill_load_failures_total', 'cause'), '{{cause}}')],
      }),
      graph({
        title: 'Latency p50',
        description:
          'Half of the requests of the last second were answered faster. In an open model it counts from when each was due.',
        quiet,
        unit: Seconds,
        min: 0,
        queries: [fromControl(latency('0.5'), '{{endpoint}}')],
      }),
      graph({
        title: 'Latency p99',
        description: 'Of a hundred requests of the last second, 99 were answered faster.',
        quiet,
        unit: Seconds,
        min: 0,
        limits: { bad: 0.2 },
        queries: [fromControl(latency('0.99'), '{{endpoint}}')],
      }),
    ],
    'Whether it can be believed': [
      states({
        title: 'Saturated',
        description: 'One band while the load generator does not keep up: what it measures then is itself.',
        width: 24,
        states: onOrOff,
        quiet,
        queries: [fromControl('max(firedrill_load_saturated)', 'saturated')],
      }),
    ],
  },
}
