import { NoUnit, PercentUnit } from '@grafana/grafana-foundation-sdk/units'
import { sliWindowsMs, windowName } from '../../slo/windows.ts'
import type { DashboardSpec } from '../dashboard.ts'
import { figure } from '../panels/figure.ts'
import { graph } from '../panels/graph.ts'
import { list } from '../panels/list.ts'
import { states } from '../panels/states.ts'

/** Error budgets and burn rates of the objectives. */

const chosen = 'sloth_service=~"$service"'
const OBJECTIVE = '{{sloth_service}} {{sloth_slo}}'
/** The worst group of an objective whose queries group. */
const each = (metric: string) => `max by (sloth_service, sloth_slo) (${metric}{${chosen}})`
const least = (metric: string) => `min by (sloth_service, sloth_slo) (${metric}{${chosen}})`
/** The error ratios that are measured at users, and those inside that promise the same, under the label that names these. */
const outside = `slo:sli_error:ratio_rate5m{${chosen},outside_of!=""}`
const inside = `max by (sloth_service, outside_of) (label_replace(slo:sli_error:ratio_rate5m{${chosen},outside_of=""}, "outside_of", "$1", "sloth_slo", "(.+)") and on (sloth_service, outside_of) slo:objective:ratio{${chosen},outside_of!=""})`

export const objectives: DashboardSpec = {
  uid: 'firedrill-objectives',
  title: 'Objectives',
  description:
    'What is promised, whether it is kept, and how much error budget is left. On the lab clock a period of 30 days is one day.',
  tags: ['objectives'],
  choices: { series: 'slo:objective:ratio', labels: ['service'], serviceLabel: 'sloth_service' },
  rows: {
    Budget: [
      figure({
        title: 'Error budget left',
        description:
          'Share of the failures that an objective allows in its period and that are not used up. Below zero it is missed.',
        unit: PercentUnit,
        width: 24,
        decimals: 1,
        limits: { warn: 0.25, bad: 0, below: true },
        queries: [{ expr: least('slo:period_error_budget_remaining:ratio'), legend: OBJECTIVE }],
      }),
      graph({
        title: 'Error budget left over time',
        description: 'A step down is an incident, a slope is a bug that nobody has found yet.',
        unit: PercentUnit,
        limits: { bad: 0, below: true },
        queries: [{ expr: least('slo:period_error_budget_remaining:ratio'), legend: OBJECTIVE }],
      }),
      graph({
        title: 'Burn rate',
        description:
          'How many times faster than sustainable the budget burns now. At 14.4 two per cent of it are gone in the window of one hour.',
        unit: NoUnit,
        decimals: 1,
        min: 0,
        limits: { warn: 1, bad: 14.4 },
        queries: [{ expr: each('slo:current_burn_rate:ratio'), legend: OBJECTIVE }],
      }),
    ],
    'What only users see': [
      graph({
        title: 'At the users and inside',
        description:
          'Share of the requests that failed, of each promise that is measured both at its users and inside the service. A dead process counts nothing.',
        unit: PercentUnit,
        min: 0,
        quiet: 'No load has run: its users are the ones who are asked.',
        queries: [
          {
            expr: `max by (sloth_service, outside_of) (${outside})`,
            legend: '{{sloth_service}} {{outside_of}}, at its users',
          },
          { expr: inside, legend: '{{sloth_service}} {{outside_of}}, inside' },
        ],
      }),
      graph({
        title: 'Difference',
        description:
          'What users see fail and the service does not count: refused, reset, timed out. Requests that no process has answered.',
        unit: PercentUnit,
        quiet: 'No load has run: its users are the ones who are asked.',
        queries: [
          {
            expr: `max by (sloth_service, outside_of) (${outside}) - ${inside}`,
            legend: '{{sloth_service}} {{outside_of}}',
          },
        ],
      }),
    ],
    'What burns it': [
      graph({
        title: 'Error ratio',
        description: 'Share of the events that failed, over the shortest window of each objective.',
        unit: PercentUnit,
        min: 0,
        queries: [{ expr: each('slo:sli_error:ratio_rate5m'), legend: OBJECTIVE }],
      }),
      graph({
        title: 'Error ratio by window',
        description:
          'The worst objective of each window: a short one shows what happens now, a long one what it weighs.',
        unit: PercentUnit,
        min: 0,
        queries: sliWindowsMs.map(windowName).map((window) => ({
          expr: `max(slo:sli_error:ratio_rate${window}{${chosen}})`,
          legend: window,
        })),
      }),
      states({
        title: 'Budget alerts',
        description: 'Alerts of objectives: a page burns the budget in hours, a ticket in days.',
        width: 24,
        quiet: 'No budget burns too fast.',
        states: { '1': { text: 'firing', color: 'red' } },
        queries: [
          {
            expr: `max by (alertname, sloth_severity) (ALERTS{alertstate="firing",${chosen}})`,
            legend: '{{alertname}} {{sloth_severity}}',
          },
        ],
      }),
    ],
    Promises: [
      list({
        title: 'What is promised',
        description: 'Share of the events that must be good in a period.',
        unit: PercentUnit,
        decimals: 2,
        width: 24,
        columns: ['sloth_service', 'sloth_slo', 'objective'],
        queries: [{ expr: each('slo:objective:ratio'), legend: 'objective', instant: true }],
      }),
    ],
  },
}
