import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { readObjectives } from './objective-file.ts'

const read = (text: string) => readObjectives([{ file: 'slos/x.yaml', text }])

function complaint(text: string): string {
  try {
    read(text)
  } catch (error) {
    if (error instanceof InvalidFileError) return error.format()
    throw error
  }
  return 'nothing wrong'
}

const source = (query: string) => `{ metricSource: { type: Prometheus, spec: { query: '${query}' } } }`

const ratio = `ratioMetric: { counter: true, good: ${source('orders_total{result="good"}')}, total: ${source('sum(orders_total)')} }`

const sli = (name: string) => `apiVersion: openslo/v1\nkind: SLI\nmetadata: { name: ${name} }\nspec: { ${ratio} }\n`

const dataSource = (name: string, type: string) =>
  `apiVersion: openslo/v1\nkind: DataSource\nmetadata: { name: ${name} }\nspec: { type: ${type}, connectionDetails: {} }\n`

function slo({
  indicator = `indicator: { metadata: { name: orders-good }, spec: { ${ratio} } }`,
  method = 'Occurrences',
  window = '[{ duration: 30d, isRolling: true }]',
  objectives = '[{ displayName: Orders, target: 0.9995, timeSliceWindow: 5m }]',
  extra = 'description: Orders are taken.',
} = {}): string {
  return `apiVersion: openslo/v1
kind: SLO
metadata: { name: orders, displayName: Orders }
spec:
  service: shop
  ${indicator}
  timeWindow: ${window}
  budgetingMethod: ${method}
  objectives: ${objectives}
  ${extra}
`
}

describe('an OpenSLO file', () => {
  it('with good and total counters gives failed and all events, counted, with alerts of its own', () => {
    expect(read(slo())).toEqual([
      expect.objectContaining({
        service: 'shop',
        name: 'orders-0',
        description: 'Orders are taken.',
        targetPercent: 99.95,
        periodMs: 30 * 86_400_000,
        counting: 'counted',
        spec: 'openslo/v1',
        indicator: {
          kind: 'events',
          errorQuery:
            '(sum(increase(orders_total[{{.window}}])))\n-\n(sum(increase(orders_total{result="good"}[{{.window}}])))',
          totalQuery: 'sum(increase(orders_total[{{.window}}]))',
        },
        page: { name: 'ErrorBudgetBurn', labels: { service: 'shop', severity: 'critical' }, annotations: {} },
        ticket: { name: 'ErrorBudgetBurn', labels: { service: 'shop', severity: 'warning' }, annotations: {} },
      }),
    ])
  })

  it.each([
    [
      'bad and total counters',
      `ratioMetric: { counter: true, bad: ${source('orders_total{result="bad"}')}, total: ${source('orders_total')} }`,
      'Occurrences',
      {
        kind: 'events',
        errorQuery: 'sum(increase(orders_total{result="bad"}[{{.window}}]))',
        totalQuery: 'sum(increase(orders_total[{{.window}}]))',
      },
    ],
    [
      'numbers of events since the last sample',
      `ratioMetric: { counter: false, bad: ${source('orders_bad')}, total: ${source('orders')} }`,
      'Occurrences',
      {
        kind: 'events',
        errorQuery: 'sum(sum_over_time(orders_bad[{{.window}}]))',
        totalQuery: 'sum(sum_over_time(orders[{{.window}}]))',
      },
    ],
    [
      'queries that have a window already',
      `ratioMetric: { bad: ${source('sum(rate(a[{{.window}}]))')}, total: ${source('sum(rate(b[{{.window}}]))')} }`,
      'RatioTimeslices',
      { kind: 'events', errorQuery: 'sum(rate(a[{{.window}}]))', totalQuery: 'sum(rate(b[{{.window}}]))' },
    ],
    [
      'a stored ratio of successes',
      `ratioMetric: { rawType: success, raw: ${source('orders_good_ratio')} }`,
      'RatioTimeslices',
      { kind: 'ratio', errorRatioQuery: '1 - (avg_over_time(orders_good_ratio[{{.window}}]))' },
    ],
    [
      'a stored ratio of failures',
      `ratioMetric: { rawType: failure, raw: ${source('orders_bad_ratio')} }`,
      'RatioTimeslices',
      { kind: 'ratio', errorRatioQuery: 'avg_over_time(orders_bad_ratio[{{.window}}])' },
    ],
  ])('reads %s', (_what, sli, method, indicator) => {
    const [objective] = read(slo({ method, indicator: `indicator: { spec: { ${sli} } }` }))
    expect(objective?.indicator).toEqual(indicator)
    expect(objective?.counting).toBe(method === 'Occurrences' ? 'counted' : 'averaged')
  })

  it.each([
    ['lte', '>'],
    ['lt', '>='],
    ['gte', '<'],
    ['gt', '<='],
  ])('with a threshold takes each sample that is not %s the value as a failed event', (op, failing) => {
    const indicator = `indicator: { spec: { thresholdMetric: ${source('lag_seconds{queue="a"}')} } }`
    const [objective] = read(slo({ indicator, objectives: `[{ op: ${op}, value: 2.5, targetPercent: 99 }]` }))
    expect(objective?.indicator).toEqual({
      kind: 'events',
      errorQuery: `sum(sum_over_time(((lag_seconds{queue="a"}) ${failing} bool 2.5)[{{.window}}:]))`,
      totalQuery: 'sum(count_over_time((lag_seconds{queue="a"})[{{.window}}:]))',
    })
  })

  it('may have several objectives, each with its number', () => {
    expect(
      read(slo({ objectives: '[{ target: 0.9 }, { targetPercent: 99 }]' })).map(({ name, targetPercent }) => [
        name,
        targetPercent,
      ]),
    ).toEqual([
      ['orders-0', 90],
      ['orders-1', 99],
    ])
  })

  it('may refer to an indicator in a document of its own', () => {
    const indicator = `---\napiVersion: openslo/v1\nkind: SLI\nmetadata: { name: orders-good }\nspec: { ${ratio} }\n`
    const services =
      '---\napiVersion: openslo/v1\nkind: Service\nmetadata: { name: shop }\nspec: { description: The shop }\n'
    expect(read(`${slo({ indicator: 'indicatorRef: orders-good' })}${indicator}${services}`)).toEqual(read(slo()))
    expect(complaint(`${slo({ indicator: 'indicatorRef: orders-god' })}${indicator}`)).toContain(
      'did you mean orders-good?',
    )
  })

  it('may be judged over four weeks', () => {
    expect(read(slo({ window: '[{ duration: 4w, isRolling: true }]' }))[0]?.periodMs).toBe(28 * 86_400_000)
  })

  it.each([
    [
      'a calendar month',
      slo({ window: '[{ duration: 1M, calendar: { startTime: x, timeZone: y } }]' }),
      'a calendar window is not supported',
    ],
    ['another period', slo({ window: '[{ duration: 7d, isRolling: true }]' }), 'expected: one of 30d, 28d, 4w'],
    ['time slices', slo({ method: 'Timeslices' }), 'Timeslices count good slices of time, which is not supported'],
    ['alert policies', slo({ extra: 'alertPolicies: [{ alertPolicyRef: x }]' }), 'alert policies are not supported'],
    [
      'an alert policy',
      'apiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: { name: x }\nspec: {}\n',
      '2:7 kind: alert policies are not supported',
    ],
    ['no target', slo({ objectives: '[{ displayName: x }]' }), 'expected: one of target and targetPercent'],
    ['two targets', slo({ objectives: '[{ target: 0.9, targetPercent: 90 }]' }), 'two targets'],
    [
      'a threshold without a value',
      slo({ indicator: `indicator: { spec: { thresholdMetric: ${source('x')} } }` }),
      'expected: op and value in the objective',
    ],
    [
      'a stored ratio to be counted',
      slo({ indicator: `indicator: { spec: { ratioMetric: { rawType: success, raw: ${source('x')} } } }` }),
      'has no occurrences to count',
    ],
    [
      'a query whose time is not clear',
      slo({
        indicator: `indicator: { spec: { ratioMetric: { counter: true, bad: ${source('sum by (a) (x)')}, total: ${source('x')} } } }`,
      }),
      'not clear over which time',
    ],
    [
      'metrics of unknown kind',
      slo({ indicator: `indicator: { spec: { ratioMetric: { bad: ${source('x')}, total: ${source('y')} } } }` }),
      'expected: counter: true or false',
    ],
    ['another source', slo().replace('Prometheus', 'Datadog'), 'metricSource.type'],
    [
      'neither good nor bad',
      slo({ indicator: `indicator: { spec: { ratioMetric: { counter: true, total: ${source('y')} } } }` }),
      'total, and one of good and bad',
    ],
    [
      'two kinds of metric',
      slo({ indicator: `indicator: { spec: { ${ratio}, thresholdMetric: ${source('y')} } }` }),
      'two metrics',
    ],
    ['no indicator', slo({ indicator: '' }), 'one of indicator and indicatorRef'],
    [
      'a composite',
      slo({ objectives: '[{ target: 0.9, compositeWeight: 2 }]' }),
      'composites of several indicators are not supported',
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(complaint(text)).toContain(message)
  })

  it.each([
    ['no time window', slo().replace(/^ {2}timeWindow.*\n/m, ''), '"timeWindow" is missing'],
    [
      'two time windows',
      slo({ window: '[{ duration: 30d, isRolling: true }, { duration: 28d, isRolling: true }]' }),
      'too many entries\n  expected: a list with exactly one entry',
    ],
    ['a window that does not roll', slo({ window: '[{ duration: 30d }]' }), 'a calendar window is not supported'],
    ['a target of all', slo({ objectives: '[{ target: 1 }]' }), 'a number above 0 and below 1\n  given:    1'],
    [
      'a target of 100 %',
      slo({ objectives: '[{ targetPercent: 100 }]' }),
      'a number above 0 and below 100\n  given:    100',
    ],
    [
      'ratios of slices of unknown length',
      slo({ method: 'RatioTimeslices', objectives: '[{ target: 0.9 }]' }),
      '"timeSliceWindow" is missing\n  expected: 5m',
    ],
    [
      'ratios of other slices',
      slo({ method: 'RatioTimeslices', objectives: '[{ target: 0.9, timeSliceWindow: 1m }]' }),
      'slices of another length are not supported',
    ],
    [
      'a ratio that is held against a value',
      slo({ objectives: '[{ target: 0.9, op: lte, value: 1 }]' }),
      '9:35 spec.objectives[0].op: a ratio is compared with no value',
    ],
    [
      'a metric of an unknown source',
      slo().replaceAll('type: Prometheus, ', ''),
      'not said which monitoring has this metric',
    ],
    [
      'a metric of a data source that is not there',
      slo().replaceAll('type: Prometheus', 'metricSourceRef: dd'),
      'unknown data source "dd"',
    ],
    [
      'a metric of a data source of another kind',
      `${slo().replaceAll('type: Prometheus', 'metricSourceRef: dd')}---\n${dataSource('dd', 'Datadog')}`,
      'the data source "dd" is one of type Datadog, which is not read',
    ],
    [
      'two indicators of one name',
      `${slo({ indicator: 'indicatorRef: a' })}---\n${sli('a')}---\n${sli('a')}`,
      'a document of kind SLI with this name is there twice',
    ],
    ['a name in capitals', slo().replace('{ name: orders,', '{ name: Web_OK,'), 'given:    "Web_OK"'],
    ['a label with a blank in it', slo().replace('{ name: orders,', '{ labels: { 9 x: a }, name: orders,'), '9 x'],
    [
      'a label that is ours',
      slo().replace('{ name: orders,', '{ labels: { sloth.id: a }, name: orders,'),
      'this label says which objective a series is of',
    ],
    [
      'labels that become one',
      slo().replace('{ name: orders,', '{ labels: { a.b: a, a-b: b }, name: orders,'),
      'the labels a.b and a-b are both a_b in Prometheus',
    ],
    [
      'a query that is no PromQL, where it stands',
      slo().replace("'sum(orders_total)'", "'sum(orders_total'"),
      'spec.indicator.spec.ratioMetric.total.metricSource.spec.query: not PromQL',
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(complaint(text)).toContain(message)
  })

  it('puts its labels on every rule, with names that Prometheus takes', () => {
    const labels = '{ labels: { team: shop, cost.center: [a, b], 1st: 2 }, name: orders,'
    expect(read(slo().replace('{ name: orders,', labels))[0]?.labels).toEqual({
      team: 'shop',
      cost_center: 'a, b',
      _1st: '2',
    })
  })

  it('may name the data source of its metrics, which is one for Prometheus', () => {
    const named = `${slo().replaceAll('type: Prometheus', 'metricSourceRef: dd')}---\n${dataSource('dd', 'prometheus')}`
    expect(read(named)).toEqual(read(slo()))
  })

  it('may be a list of documents, whose mistakes have their place in it', () => {
    const entry = (text: string) => text.replace(/^/gm, '  ').replace(/^ {2}/, '- ').trimEnd()
    const list = (...texts: string[]) => `${texts.map(entry).join('\n')}\n`
    expect(read(list(dataSource('dd', 'Prometheus'), slo({ indicator: 'indicatorRef: a' }), sli('a')))).toEqual(
      read(slo()),
    )
    const wrong = list(sli('a'), slo({ objectives: '[{ target: 2 }]' }), 'kind: SLO\n')
    expect(complaint(wrong)).toMatch(/:13:\d+ \[1\]\.spec\.objectives\[0\]\.target: out of range/)
    expect(complaint(wrong)).toMatch(/:15:\d+ \[2\]: not a form that is read here/)
  })
})
