import { CountsPerSecond, NoUnit, PercentUnit } from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import { figure } from '../panels/figure.ts'
import { graph } from '../panels/graph.ts'
import { chosen, rate } from '../selectors.ts'

const actions = `responder_actions_total{${chosen}}`

export const responder: DashboardSpec = {
  uid: 'firedrill-responder',
  title: 'Responder',
  description: 'What the responder was told, what it decided, and whether it is well itself.',
  tags: ['drills'],
  choices: { series: 'responder_webhooks_total', labels: ['service', 'instance'] },
  rows: {
    'At a glance': [
      figure({
        title: 'Deliveries',
        description: 'Deliveries of alerts that were accepted, over the time range shown.',
        unit: NoUnit,
        decimals: 0,
        width: 8,
        queries: [
          { expr: `sum(increase(responder_webhooks_total{${chosen}}[$__range]))`, legend: 'deliveries', instant: true },
        ],
      }),
      figure({
        title: 'Actions',
        description: 'Actions that were tried, over the time range shown.',
        quiet: 'No action was taken.',
        unit: NoUnit,
        decimals: 0,
        width: 8,
        queries: [
          {
            expr: `sum(increase(responder_actions_total{${chosen}}[$__range]))`,
            legend: 'actions',
            instant: true,
          },
        ],
      }),
      figure({
        title: 'Failed actions',
        description: 'Actions that could not be carried out, over the time range shown.',
        quiet: 'No action failed.',
        unit: NoUnit,
        decimals: 0,
        width: 8,
        limits: { bad: 1 },
        queries: [
          {
            expr: `sum(increase(responder_actions_total{${chosen},outcome="failed"}[$__range]))`,
            legend: 'failed',
            instant: true,
          },
        ],
      }),
    ],
    'Over time': [
      graph({
        title: 'Deliveries over time',
        description: 'Deliveries of alerts per second.',
        unit: CountsPerSecond,
        min: 0,
        queries: [{ expr: rate(`responder_webhooks_total{${chosen}}`, 'instance'), legend: '{{instance}}' }],
      }),
      graph({
        title: 'Actions by outcome',
        description: 'Actions per second by how they ended.',
        quiet: 'No action was taken.',
        unit: CountsPerSecond,
        min: 0,
        queries: [{ expr: rate(actions, 'outcome'), legend: '{{outcome}}' }],
      }),
      graph({
        title: 'Event loop utilisation',
        description: 'Share of the time in which the responder works: in a storm of alerts it must not be near one.',
        unit: PercentUnit,
        min: 0,
        max: 1,
        width: 24,
        queries: [
          { expr: rate(`nodejs_eventloop_active_seconds_total{${chosen}}`, 'instance'), legend: '{{instance}}' },
        ],
      }),
    ],
  },
}
