import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../base/file-problem.ts'
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

function slo({
  indicator = `indicator: { metadata: { name: orders-good }, spec: { ${ratio} } }`,
  method = 'Occurrences',
  window = '[{ duration: 30d, isRolling: true }]',
  objectives = '[{ displayName: Orders, target: 0.9995 }]',
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
      'expected: one of 30d, 28d, 4w',
    ],
    ['another period', slo({ window: '[{ duration: 7d, isRolling: true }]' }), 'expected: one of 30d, 28d, 4w'],
    ['time slices', slo({ method: 'Timeslices' }), 'expected: one of Occurrences, RatioTimeslices'],
    ['alert policies', slo({ extra: 'alertPolicies: [{ alertPolicyRef: x }]' }), 'unknown key "alertPolicies"'],
    [
      'an alert policy',
      'apiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: { name: x }\nspec: {}\n',
      'expected: one of SLO, SLI, Service, DataSource',
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
    ['a composite', slo({ objectives: '[{ target: 0.9, compositeWeight: 2 }]' }), 'unknown key "compositeWeight"'],
  ])('refuses %s', (_what, text, message) => {
    expect(complaint(text)).toContain(message)
  })
})
