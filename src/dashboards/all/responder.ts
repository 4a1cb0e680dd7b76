import { CountsPerSecond, NoUnit, PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import { figure } from '../panels/figure.ts'
import { graph } from '../panels/graph.ts'
import { chosen, quantile, rate } from '../selectors.ts'

/** What the responder receives, decides and does. */

const actions = `responder_actions_total{${chosen}}`

export const responder: DashboardSpec = {
  uid: 'firedrill-responder',
  title: 'Responder',
  description: 'What the responder received, what it decided, and whether it is well itself.',
  tags: ['drills'],
  choices: { series: 'responder_webhooks_total', labels: ['service', 'instance'] },
  rows: {
    'At a glance': [
      figure({
        title: 'Deliveries',
        description: 'Deliveries of alerts that were accepted, over the time range shown.',
        unit: NoUnit,
        decimals: 0,
        width: 6,
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
        width: 6,
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
        width: 6,
        limits: { bad: 1 },
        queries: [
          {
            expr: `sum(increase(responder_actions_total{${chosen},outcome="failed"}[$__range]))`,
            legend: 'failed',
            instant: true,
          },
        ],
      }),
      figure({
        title: 'Open incidents',
        description: 'Incidents that are neither resolved nor left to a person.',
        unit: NoUnit,
        decimals: 0,
        width: 6,
        queries: [{ expr: `sum(responder_incidents_open{${chosen}})`, legend: 'open' }],
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
        title: 'From alert to action',
        description:
          'Time from the arrival of an alert to the start of its first action: half, and 19 in 20, were faster.',
        quiet: 'No action was taken.',
        unit: Seconds,
        min: 0,
        queries: [0.5, 0.95].map((share) => ({
          expr: quantile(share, 'responder_decision_duration_seconds', { matchers: chosen }),
          legend: `p${100 * share}`,
        })),
      }),
      graph({
        title: 'Duration of actions',
        description: 'How long actions took, by action: 19 in 20 were faster.',
        quiet: 'No action was taken.',
        unit: Seconds,
        min: 0,
        queries: [
          {
            expr: quantile(0.95, 'responder_action_duration_seconds', { matchers: chosen, by: 'action' }),
            legend: '{{action}}',
          },
        ],
      }),
    ],
    'Why it did not act, and whether it helped': [
      graph({
        title: 'Held back by guard',
        description: 'Actions per second that a guard held back: a cooldown, a limit, a quorum, maintenance.',
        unit: CountsPerSecond,
        min: 0,
        stacked: true,
        queries: [{ expr: rate(`responder_suppressed_total{${chosen}}`, 'guard'), legend: '{{guard}}' }],
      }),
      graph({
        title: 'Verifications by outcome',
        description:
          'Whether what was done helped, judged on samples taken after it. Failed: the next rung of the ladder is tried.',
        unit: CountsPerSecond,
        min: 0,
        stacked: true,
        queries: [{ expr: rate(`responder_verifications_total{${chosen}}`, 'outcome'), legend: '{{outcome}}' }],
      }),
      graph({
        title: 'Left to a person',
        description: 'Incidents per second that the responder gave up on.',
        unit: CountsPerSecond,
        min: 0,
        queries: [{ expr: rate(`responder_escalations_total{${chosen}}`, 'instance'), legend: '{{instance}}' }],
      }),
      graph({
        title: 'Refused deliveries by reason',
        description:
          'Deliveries per second without the token, or above the rate limit. Somebody tries, or something storms.',
        unit: CountsPerSecond,
        min: 0,
        stacked: true,
        queries: [{ expr: rate(`responder_refused_total{${chosen}}`, 'reason'), legend: '{{reason}}' }],
      }),
    ],
    'Whether it is well': [
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
