import { CountsPerSecond, RequestsPerSecond, Seconds } from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import { graph } from '../panels/graph.ts'
import { onOrOff, states, upOrDown } from '../panels/states.ts'
import { alerts, answered, chosen, failed, quantile, rate } from '../selectors.ts'

export const drills: DashboardSpec = {
  uid: 'firedrill-drills',
  title: 'Drills',
  description:
    'What was broken, what the monitoring said, what users felt and what the responder did, on one time axis.',
  tags: ['drills'],
  choices: { series: 'http_requests_total', labels: ['service', 'instance'] },
  rows: {
    'What was broken': [
      states({
        title: 'Faults in force',
        description: 'One band a fault and replica, from its injection to the moment it is lifted.',
        width: 24,
        states: onOrOff,
        quiet: 'No fault was injected.',
        queries: [
          {
            expr: 'max by (fault, replica) (firedrill_fault_active{service=~"$service"})',
            legend: '{{fault}} on {{replica}}',
          },
        ],
      }),
    ],
    'What the monitoring said': [
      states({
        title: 'Up',
        description: 'Whether Prometheus could scrape each replica.',
        states: upOrDown,
        queries: [{ expr: `max by (instance) (up{${chosen}})`, legend: '{{instance}}' }],
      }),
      states({
        title: 'Alerts',
        description:
          'Pending: the condition holds, but not for long enough. Firing: Alertmanager has it. The watchdog is left out.',
        quiet: 'No alert is pending or firing.',
        states: {
          '1': { text: 'pending', color: 'yellow' },
          '2': { text: 'firing', color: 'red' },
        },
        queries: [
          {
            expr: `max by (alertname, instance) (${alerts('pending')} or 2 * ${alerts('firing')})`,
            legend: '{{alertname}} {{instance}}',
          },
        ],
      }),
    ],
    'What users felt': [
      graph({
        title: 'Failed requests',
        description:
          'Requests per second that failed, as their users saw it, and as the service has counted it (5xx). What lies between the two never reached a process, or never came back.',
        unit: RequestsPerSecond,
        min: 0,
        queries: [
          {
            expr: rate(
              'firedrill_client_requests_total{service=~"$service",result=~"error|wrong|unanswered"}',
              'service',
            ),
            legend: '{{service}}, at its users',
          },
          { expr: rate(`http_requests_total{${failed}}`, 'service'), legend: '{{service}}, inside' },
        ],
      }),
      graph({
        title: 'Latency p95',
        description: 'Nineteen in twenty requests were answered faster.',
        unit: Seconds,
        min: 0,
        limits: { bad: 0.2 },
        queries: [
          {
            expr: quantile(0.95, 'http_request_duration_seconds', { matchers: answered, by: 'service' }),
            legend: '{{service}}',
          },
        ],
      }),
    ],
    'What was done': [
      graph({
        title: 'Actions of the responder',
        description: 'Actions per second by how they ended. The incident log has each in full.',
        quiet: 'No action was taken.',
        unit: CountsPerSecond,
        min: 0,
        width: 24,
        queries: [{ expr: rate('responder_actions_total', 'outcome'), legend: '{{outcome}}' }],
      }),
    ],
  },
}
