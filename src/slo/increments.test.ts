import { describe, expect, it } from 'vitest'
import { incrementOf, whyNotCountable } from './increments.ts'

const clock = { step: '30s', delay: '30s', behind: '1m', memory: '5m' }
const now = (selector: string) => `last_over_time(${selector}[5m] offset 30s)`
const before = (selector: string) => `last_over_time(${selector}[5m] offset 1m)`
const counted = (selector: string) =>
  `(${now(selector)} - ${before(selector)} >= 0 or (${now(selector)} and ${before(selector)}))`

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
    ['samples of a gauge', 'sum(sum_over_time(a[{{.window}}]))', 'sum(sum_over_time(a[30s] offset 30s))'],
    [
      'moments that are compared',
      'sum(count_over_time((a > 1)[{{.window}}:5s]))',
      'sum(count_over_time((a > 1)[30s:5s] offset 30s))',
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
  ])('of %s cannot be told', (query, why) => {
    expect(whyNotCountable(query)).toContain(why)
  })
})

describe('incrementOf up to now', () => {
  it('has no offset, and counts what was not there a step ago from 0 when it is told to', () => {
    const clock = { step: '1s', delay: '0s', behind: '1s', memory: '9s', freshCounts: true }
    expect(incrementOf('sum(rate(a[{{.window}}]))', clock)).toBe(
      'sum((last_over_time(a[9s]) - last_over_time(a[9s] offset 1s) >= 0 or last_over_time(a[9s])))',
    )
    expect(incrementOf('sum_over_time(b[{{.window}}])', clock)).toBe('sum_over_time(b[1s])')
  })
})
