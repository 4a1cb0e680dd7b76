import { describe, expect, it } from 'vitest'
import { readObjectives } from '../document/objective-file.ts'
import { testSpec } from '../test-spec.ts'
import { productionClock, type Rule, type RuleGroup } from './rule-group.ts'
import { objectiveRules } from './rules.ts'
import { rulesYaml } from './rules-yaml.ts'

const rulesOf = (text: string, absence = false): RuleGroup[] =>
  objectiveRules(readObjectives([{ file: 'x.yaml', text }]), {
    clock: productionClock,
    absence: absence ? { annotations: {} } : undefined,
  })
const recorded = (groups: readonly RuleGroup[]): (Rule & { record: string })[] =>
  groups.flatMap(({ rules }) => rules.flatMap((rule) => ('record' in rule ? [rule] : [])))
const alerts = (groups: readonly RuleGroup[]): (Rule & { alert: string })[] =>
  groups.flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? [rule] : [])))

describe('the rules of an objective', () => {
  it('stand in three groups, named as Sloth names them', () => {
    expect(rulesOf(testSpec()).map(({ name }) => name)).toEqual([
      'sloth-slo-sli-recordings-shop-orders',
      'sloth-slo-meta-recordings-shop-orders',
      'sloth-slo-alerts-shop-orders',
    ])
  })

  it('record the error ratio over eight windows, each with its name as a label', () => {
    const ratios = recorded(rulesOf(testSpec())).filter(({ record }) => record.startsWith('slo:sli_error:'))
    expect(ratios.map(({ record, labels }) => [record, labels.sloth_window])).toEqual(
      ['5m', '30m', '1h', '2h', '6h', '1d', '3d', '30d'].map((window) => [`slo:sli_error:ratio_rate${window}`, window]),
    )
  })

  it.each([
    ['99.9', 'vector(0.9990000000000001)', '(14.4 * 0.0009999999999999432)', '99.9'],
    ['99.99', 'vector(0.9998999999999999)', '(14.4 * 0.00010000000000005117)', '99.99'],
    ['99.999', 'vector(0.9999899999999999)', '(14.4 * 1.0000000000047748e-05)', '99.999'],
    ['95', 'vector(0.95)', '(14.4 * 0.05)', '95'],
    ['0.001', 'vector(1e-05)', '(14.4 * 0.9999899999999999)', '0.001'],
    ['100', 'vector(1)', '(14.4 * 0)', '100'],
  ])('of %s percent hold the numbers as Go prints them', (objective, vector, limit, label) => {
    const groups = rulesOf(testSpec({ objective }))
    expect(recorded(groups).find(({ record }) => record === 'slo:objective:ratio')?.expr).toBe(vector)
    expect(alerts(groups)[0]?.expr).toContain(limit)
    expect(recorded(groups).find(({ record }) => record === 'sloth_slo_info')?.labels.sloth_objective).toBe(label)
  })

  it('page at 14.4 and 6 times the sustainable burn rate, and file a ticket at 3 and 1', () => {
    const [page, ticket] = alerts(rulesOf(testSpec()))
    const limits = (expr = '') => [...expr.matchAll(/ratio_rate(\w+)\{[^}]*\} > \((\S+) \*/g)].map(([, ...one]) => one)
    expect(limits(page?.expr)).toEqual([
      ['5m', '14.4'],
      ['1h', '14.4'],
      ['30m', '6'],
      ['6h', '6'],
    ])
    expect(limits(ticket?.expr)).toEqual([
      ['2h', '3'],
      ['1d', '3'],
      ['6h', '1'],
      ['3d', '1'],
    ])
  })

  it('leave out an alert that is switched off, and its group when both are', () => {
    const alerting = 'alerting: { page_alert: { disable: true }, ticket_alert: { disable: true } }'
    expect(rulesOf(testSpec({ alerting })).map(({ name }) => name)).not.toContain('sloth-slo-alerts-shop-orders')
  })

  it('put the labels of the file below those of the objective', () => {
    const [first] = recorded(rulesOf(testSpec({ labels: 'labels: { team: orders, tier: 1 }' })))
    expect(first?.labels).toMatchObject({ team: 'orders', tier: '1', sloth_id: 'shop-orders' })
  })

  it('alert on absent data only where that is asked for, once an objective', () => {
    expect(alerts(rulesOf(testSpec())).map(({ alert }) => alert)).not.toContain('SLODataAbsent')
    const [absent] = alerts(rulesOf(testSpec(), true)).slice(-1)
    expect(absent).toMatchObject({
      alert: 'SLODataAbsent',
      expr: 'absent(slo:sli_error:ratio_rate5m{sloth_id="shop-orders", sloth_service="shop", sloth_slo="orders"})',
      labels: { service: 'shop', slo: 'orders', severity: 'warning' },
    })
  })
})

describe('the rules of a counted objective', () => {
  const groups = rulesOf(testSpec({ extra: 'x-firedrill: { counting: events }' }), true)

  it('record the events of each step once, and make every ratio from sums of these', () => {
    const byName = new Map(recorded(groups).map(({ record, expr }) => [record, expr]))
    expect(byName.get('slo:total_events:count')).toContain('last_over_time(orders_total{job="shop"}[1h] offset 1m)')
    const id = '{sloth_id="shop-orders", sloth_service="shop", sloth_slo="orders"}'
    for (const window of ['5m', '30m', '1h', '2h', '6h', '1d', '3d']) {
      expect(byName.get(`slo:sli_error:ratio_rate${window}`)).toBe(
        `sum_over_time(slo:error_events:count${id}[${window}])\n/\n(sum_over_time(slo:total_events:count${id}[${window}]) > 0)\n`,
      )
    }
    expect(byName.get('slo:period_total_events:count')).toBe(`sum_over_time(slo:total_events:count${id}[30d])`)
    expect(byName.get('slo:sli_error:ratio_rate30d')).toBe(
      `slo:period_error_events:count${id}\n/\n(slo:period_total_events:count${id} > 0)\n`,
    )
  })

  it('alert only when there were enough events for the budget to be one whole event', () => {
    const [page] = alerts(groups)
    expect(page?.expr).toContain('[1h]) >= 1000\n')
    expect(page?.expr).toContain('[6h]) >= 1000\n')
  })

  it('are otherwise those of Sloth', () => {
    const withoutEvents = (all: readonly RuleGroup[]) =>
      recorded(all).filter(({ record }) => !record.includes('_events:') && !record.includes('sli_error'))
    expect(withoutEvents(groups)).toEqual(withoutEvents(rulesOf(testSpec())))
  })

  it('take the absence of the counts as absence, so that missing traffic is not absence', () => {
    expect(alerts(groups).at(-1)?.expr).toMatch(/^absent\(slo:total_events:count\{/)
  })
})

describe('a rule file', () => {
  it('of no groups is still one that Prometheus reads', () => {
    expect(rulesYaml([])).toBe('groups: []\n')
  })
})
