import { describe, expect, it } from 'vitest'
import { incrementOf, whyNotCountable } from './increments.ts'

const clock = { stepMs: 30_000, delayMs: 30_000, recentMs: 300_000, memoryMs: 3_600_000 }

/** What stands for the increase of a selector over the step. */
function counted(selector: string): string {
  const last = `last_over_time(${selector}[5m] offset 30s)`
  const before = `last_over_time(${selector}[1h] offset 1m)`
  const most = `max_over_time(${selector}[29999ms] offset 30s)`
  const least = `min_over_time(${selector}[29999ms] offset 30s)`
  return [
    `((${last} - ${before} >= 0 unless (${least} < ${before} or ${most} > ${last}))`,
    `((${most} > ${last}) + ${last} - (${before} <= ${most} or 0 * ${before}))`,
    `(${last} and ${before}))`,
  ].join(' or ')
}

describe('the events of one step', () => {
  it.each([
    ['a rate', 'sum(rate(a[{{.window}}]))', `sum(${counted('a')})`],
    ['an increase', 'sum(increase(a[{{ .window }}]))', `sum(${counted('a')})`],
    ['spaces anywhere', 'sum( rate ( a { b="c" } [ {{.window}} ] ) )', `sum( ${counted('a { b="c" }')} )`],
    ['braces in a string', 'sum(rate(a{b=~"x{2}|}"}[{{.window}}]))', `sum(${counted('a{b=~"x{2}|}"}')})`],
    [
      'sums and differences',
      'sum(rate(a[{{.window}}])) - sum(rate(b[{{.window}}]))',
      `sum(${counted('a')}) - sum(${counted('b')})`,
    ],
    ['samples of a gauge', 'sum(sum_over_time(a[{{.window}}]))', 'sum(sum_over_time(a[29999ms] offset 30s))'],
    [
      'moments that are compared',
      'sum(count_over_time((a > 1)[{{.window}}:5s]))',
      'sum(count_over_time((a > 1)[29999ms:5s] offset 30s))',
    ],
  ])('of %s are read from the last values', (_what, query, expression) => {
    expect(whyNotCountable(query)).toBeUndefined()
    expect(incrementOf(query, clock)).toBe(expression)
  })

  it.each([
    ['irate(a[{{.window}}])', 'irate()'],
    ['rate(sum(a)[{{.window}}:])', 'rate()'],
    ['avg_over_time(a[{{.window}}])', 'avg_over_time()'],
    ['sum(rate(a[{{.window}}])) / sum(increase(b[5m]))', 'increase()'],
    ['sum_over_time(a[{{.window}}] offset 1h)', 'an offset of its own'],
    ['a{b="{{.window}}"}', 'where no range is'],
  ])('of %s are not known', (query, why) => {
    expect(whyNotCountable(query)).toContain(why)
  })
})

describe('incrementOf up to now', () => {
  it('has no offset, and counts what was not there a step ago from 0 when that is asked for', () => {
    const clock = { stepMs: 1_000, delayMs: 0, recentMs: 9_000, memoryMs: 9_000, freshCounts: true }
    const expression = incrementOf('sum(rate(a[{{.window}}]))', clock)
    expect(expression).toContain('last_over_time(a[9s]) - last_over_time(a[9s] offset 1s) >= 0')
    expect(expression).toMatch(/ or last_over_time\(a\[9s\]\)\)\)$/)
    expect(incrementOf('sum_over_time(b[{{.window}}])', clock)).toBe('sum_over_time(b[999ms])')
  })
})
