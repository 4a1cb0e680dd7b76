import { describe, expect, it } from 'vitest'
import { shippedObjectives } from '../../src/slo/document/load-objectives.ts'
import { readObjectives } from '../../src/slo/document/objective-file.ts'
import { objectiveId } from '../../src/slo/objective.ts'
import { testSpec } from '../../src/slo/test-spec.ts'
import { profiles } from '../../src/stack/profile.ts'
import { checkObjectives as check, type RuleTest, SAMPLE_MS } from './check-objectives.ts'

const minute = 60_000

/** A counter from 0 that grows by `each` from sample to sample. */
const counter = (each: number) => `0+${Number(each.toPrecision(12))}x200`
const EVENTS = 1_000

/** The series of each shipped objective, when a share of the events fails. */
const shippedSeries: Record<string, (failing: number) => Record<string, string>> = {
  'store-availability': (failing) => answers('store', '/items', failing),
  'store-risky-success': (failing) => answers('store', '/risky', failing),
  'quotes-availability': (failing) => answers('quotes', '/quotes', failing),
  'store-latency': (failing) => {
    const labels = 'service="store",route="/items",method="GET"'
    return {
      [`http_request_duration_seconds_count{${labels}}`]: counter(EVENTS),
      [`http_request_duration_seconds_bucket{${labels},le="0.25"}`]: counter(EVENTS * (1 - failing)),
      [`http_request_duration_seconds_bucket{${labels},le="+Inf"}`]: counter(EVENTS),
    }
  },
  'quotes-freshness': (failing) =>
    Object.fromEntries(
      Array.from({ length: 1_000 }, (_, symbol) => [
        `stock_stale{symbol="S${symbol}"}`,
        `${symbol < failing * 1_000 ? 1 : 0}x200`,
      ]),
    ),
  'store-users': (failing) => seenByUsers('store', failing),
  'quotes-users': (failing) => seenByUsers('quotes', failing),
  'worker-inserts': (failing) => ({
    'worker_batches_total{outcome="committed"}': counter(EVENTS * (1 - failing)),
    worker_retries_total: counter(EVENTS * failing),
  }),
}

function answers(service: string, route: string, failing: number): Record<string, string> {
  const series = (status: number) => `http_requests_total{service="${service}",route="${route}",status="${status}"}`
  return { [series(200)]: counter(EVENTS * (1 - failing)), [series(500)]: counter(EVENTS * failing) }
}

/** Of what users send, a share gets no answer; what a client could not even send counts for nobody. */
function seenByUsers(service: string, failing: number): Record<string, string> {
  const series = (result: string, endpoint = 'GET /x') =>
    `firedrill_client_requests_total{service="${service}",endpoint="${endpoint}",result="${result}"}`
  return {
    [series('good')]: counter(EVENTS * (1 - failing)),
    [series('unanswered')]: counter(EVENTS * failing),
    [series('unsent')]: counter(EVENTS),
    ...(service === 'store' ? { [series('error', 'GET /risky')]: counter(EVENTS) } : {}),
  }
}

const shipped = await shippedObjectives()
const firing = (id: string) => `count by (sloth_severity) (ALERTS{alertstate="firing",sloth_id="${id}"})`

describe('every shipped objective', () => {
  it('has series to be tested with', () => {
    expect(shipped.map(objectiveId).sort()).toEqual(Object.keys(shippedSeries).sort())
  })
})

describe.each([profiles.production, profiles.lab])('on the clock of profile $name', (profile) => {
  it.each(shipped.filter(({ outsideOf }) => outsideOf !== undefined).map((one) => [objectiveId(one), one] as const))(
    '%s measures what users see, and wakes nobody',
    async (id, objective) => {
      await check(
        profile,
        [objective],
        [
          {
            series: shippedSeries[id]?.(0.3) ?? {},
            expect: [
              { expr: firing(id), atMs: 12 * minute, samples: [] },
              {
                expr: `count(abs(slo:sli_error:ratio_rate5m{sloth_id="${id}"} - 0.3) < 0.000001)`,
                atMs: 12 * minute,
                samples: [['{}', 1]],
              },
            ],
          },
        ],
      )
    },
  )

  it.each(shipped.filter(({ outsideOf }) => outsideOf === undefined).map((one) => [objectiveId(one), one] as const))(
    'the budget of %s raises a page and a ticket above their burn rates, and neither just below',
    async (id, objective) => {
      const series = shippedSeries[id]
      if (series === undefined) throw new Error(`no series for ${id}`)
      const burning = (burnRate: number, ...severities: string[]): RuleTest => ({
        series: series((burnRate * (100 - objective.targetPercent)) / 100),
        expect: [
          {
            expr: firing(id),
            atMs: 12 * minute,
            samples: severities.map((severity) => [`{sloth_severity="${severity}"}`, 1] as const),
          },
        ],
      })
      await check(
        profile,
        [objective],
        [burning(6.1, 'page', 'ticket'), burning(5.9, 'ticket'), burning(1.1, 'ticket'), burning(0.9), burning(0)],
      )
    },
  )
})

describe('an objective', () => {
  const profile = profiles.production
  const counted = readObjectives([{ file: 'x', text: testSpec({ extra: 'x-firedrill: { counting: events }' }) }])
  const averaged = readObjectives([{ file: 'x', text: testSpec() }])
  const orders = (result: string) => `orders_total{job="shop",result="${result}"}`

  it.each([
    ['averaged', averaged, 4 * minute],
    // Counts are half a minute behind.
    ['counted', counted, 4.5 * minute],
  ])(
    'an %s page comes within six minutes of an outage of a fifth of all events, and not within four',
    (_how, objectives, quietMs) => {
      // Six quiet hours first, so that the slow windows see next to nothing of it. 20 % × 5 min ÷ 1 h = 1.67 % > 1.44 %.
      const before = (6 * 60 * minute) / SAMPLE_MS
      const series = {
        [orders('ok')]: `0+100x${before} ${before * 100 + 80}+80x60`,
        [orders('error')]: `0x${before} 0+20x60`,
      }
      const seen = (ms: number, samples: [string, number][]) => ({
        expr: firing('shop-orders'),
        atMs: 360 * minute + ms,
        samples,
      })
      const ticket: [string, number] = ['{sloth_severity="ticket"}', 1]
      return check(profile, objectives, [
        { series, expect: [seen(quietMs, [ticket]), seen(6 * minute, [['{sloth_severity="page"}', 1], ticket])] },
      ])
    },
  )

  it('counted events are the events that there were, also over a restart and a standstill', () =>
    check(profile, counted, [
      {
        series: {
          // 120 events; a restart during which nothing is scraped, then 3 at once and 7 more; then nothing.
          [orders('ok')]: '0+3x40 _x4 3 4 5 10 10x100',
          // First seen at 0; 2 failures in one step.
          [orders('error')]: '0x20 2x20 _x4 0x104',
        },
        expect: [
          { expr: 'slo:period_total_events:count{} * 1', atMs: 20 * minute, samples: [[idLabels, 132]] },
          { expr: 'slo:period_error_events:count{} * 1', atMs: 20 * minute, samples: [[idLabels, 2]] },
          { expr: 'slo:sli_error:ratio_rate5m', atMs: 20 * minute, samples: [] },
        ],
      },
    ]))

  it('a busy minute weighs more than a quiet one when events are counted, and the same when ratios are averaged', async () => {
    // Ten minutes with 4 orders a minute, all failing; then ten with 400, all good.
    const series = {
      [orders('ok')]: '0x40 0+100x40 4000x20',
      [orders('error')]: '0+1x40 40x60',
    }
    const ratio = (bounds: string) => `count(slo:sli_error:ratio_rate30d ${bounds})`
    await check(profile, counted, [
      { series, expect: [{ expr: ratio('> 0.0098 < 0.0100'), atMs: 22 * minute, samples: [['{}', 1]] }] },
    ])
    await check(profile, averaged, [
      { series, expect: [{ expr: ratio('> 0.3'), atMs: 22 * minute, samples: [['{}', 1]] }] },
    ])
  })

  it('a handful of events raises no alert however many of them fail', () =>
    check(profile, counted, [
      {
        series: { [orders('ok')]: '0+1x100', [orders('error')]: '0+1x100' },
        expect: [{ expr: firing('shop-orders'), atMs: 20 * minute, samples: [] }],
      },
    ]))

  it.each([
    ['averaged', averaged],
    ['counted', counted],
  ])(
    'an %s objective whose series vanish raises SLODataAbsent, one whose counters stand still does not',
    (_how, objectives) => {
      const absent = 'count(ALERTS{alertname="SLODataAbsent",alertstate="firing",service="shop",slo="orders"})'
      const still = { [orders('ok')]: '5x200', [orders('error')]: '0x200' }
      const gone = { [orders('ok')]: '5x20 stale', [orders('error')]: '0x20 stale' }
      return check(profile, objectives, [
        { series: still, expect: [{ expr: absent, atMs: 40 * minute, samples: [] }] },
        {
          series: gone,
          expect: [
            { expr: absent, atMs: 14 * minute, samples: [] },
            { expr: absent, atMs: 30 * minute, samples: [['{}', 1]] },
          ],
        },
        { series: { up: '1x200' }, expect: [{ expr: absent, atMs: 9 * minute, samples: [] }] },
      ])
    },
  )
})

const idLabels = '{sloth_id="shop-orders", sloth_service="shop", sloth_slo="orders", team="checkout"}'
