import { describe, expect, it } from 'vitest'
import { budgetStatus } from '../../slo/budget.ts'
import { budgetNotes, budgetTable, differenceLines } from './budget-table.ts'

const plain = { isTTY: false } as NodeJS.WriteStream
const hour = 3_600_000
const named = (objective: string) =>
  ({ service: 'shop', objective, firing: [], targetRatio: 0.999, periodMs: 720 * hour }) as const
const one = (service: string, readings: object) =>
  budgetStatus({ service, objective: 'orders', firing: [], targetRatio: 0.999, periodMs: 720 * hour, ...readings })

describe('the table of budgets', () => {
  it('shows what is left as a bar, as events and as downtime, and says so where there is no data yet', () => {
    const table = budgetTable(
      [
        one('bank', {}),
        one('post', { periodErrorRatio: 0.000_9, currentErrorRatio: 0.004, failedEvents: 90, totalEvents: 100_000 }),
        one('shop', {
          periodErrorRatio: 0.002,
          currentErrorRatio: 0,
          failedEvents: 4,
          totalEvents: 2_000,
          firing: ['page'],
        }),
        one('tube', { periodErrorRatio: 0 }),
      ],
      plain,
    )
    expect(table.join('\n')).toMatchInlineSnapshot(`
      "OBJECTIVE    TARGET  SLI      BUDGET LEFT                     AS EVENTS                          AS DOWNTIME  BURN        RUNS OUT       ALERT
      bank/orders  99.9 %  -        not enough data yet             -                                  -            -           -              -
      post/orders  99.9 %  99.91 %  ██░░░░░░░░░░░░░░░░░░      10 %  90 of 100,000 failed, 10 more may  4 min 19 s   4×          in 18 h 0 min  -
      shop/orders  99.9 %  99.8 %   ░░░░░░░░░░░░░░░░░░░░    -100 %  4 of 2,000 failed, 2 too many      none         0×          exhausted      page
      tube/orders  99.9 %  100 %    ████████████████████     100 %  -                                  43 min 12 s  no traffic  no             -"
    `)
  })

  it('has a row for each group of an objective, and says why one has no figure', () => {
    const budgets = [
      one('post', { group: { host: 'a' }, periodErrorRatio: 0.002, currentErrorRatio: 0 }),
      one('post', { group: { host: 'b' }, periodUndefined: true }),
    ]
    const rows = budgetTable(budgets, plain)
    expect(rows[1]).toMatch(/^post\/orders \{host="a"\} .*exhausted/)
    expect(rows[2]).toMatch(/^post\/orders \{host="b"\} .*no figure/)
    expect(budgetNotes(budgets)).toEqual([
      expect.stringMatching(/^post\/orders \{host="b"\} has no figure: .* until 30 d 0 h after .*counting: events/s),
    ])
  })

  it('says what users see and the service does not', () => {
    const budgets = [
      budgetStatus({ ...named('availability'), periodErrorRatio: 0, failedEvents: 0, totalEvents: 493 }),
      budgetStatus({
        ...named('users'),
        outsideOf: 'availability',
        periodErrorRatio: 208 / 701,
        failedEvents: 208,
        totalEvents: 701,
      }),
      budgetStatus({ ...named('latency'), periodErrorRatio: 0.5 }),
    ]
    expect(differenceLines(budgets)).toEqual([
      'shop/users: users saw 208 of 701 requests fail, inside (shop/availability) 0 of 493 requests: 29.671 points apart',
    ])
    const unseen = budgets.map((one) => (one.outsideOf === undefined ? budgetStatus(named(one.objective)) : one))
    expect(differenceLines(unseen)).toEqual([
      'shop/users: users saw 208 of 701 requests fail, inside (shop/availability) no request yet',
    ])
    const idle = budgets.map((one) =>
      one.outsideOf === undefined ? one : budgetStatus({ ...named('users'), outsideOf: 'availability' }),
    )
    expect(differenceLines(idle)).toEqual(['shop/users: no request of a drill or a load yet'])
  })

  it('has no colour, NaN or Infinity in it where there is no terminal', () => {
    const lines = budgetTable([one('shop', { targetRatio: 1, periodErrorRatio: 0 }), one('bank', {})], plain).join('\n')
    expect(lines).not.toMatch(/NaN|Infinity|undefined/)
    expect(lines).not.toContain('\u001b')
  })
})
