import { describe, expect, it } from 'vitest'
import { conditionsOf } from './conditions.ts'

const inShort = (expression: string) =>
  conditionsOf(expression).map(({ expr, operator, bound, either }) => `${either}: ${expr} ${operator} ${bound}`)

describe('conditionsOf', () => {
  it.each([
    ['a comparison', 'up == 0', ['0: up == 0']],
    ['a constant on the left', '0.5 < rate(x[1m])', ['0: rate(x[1m]) > 0.5']],
    ['a constant that is counted', 'a > (14.4 * 0.001)', ['0: a > 0.0144']],
    ['a negative constant', 'a < -2', ['0: a < -2']],
    ['both sides of and', 'a > 1 and b >= 20', ['0: a > 1', '0: b >= 20']],
    ['either side of or', 'a > 1 or (b < 2 and c == 3)', ['0: a > 1', '1: b < 2', '1: c == 3']],
    ['or inside of and', '(a > 1 or b > 1) and c > 2', ['0: a > 1', '0: c > 2', '1: b > 1', '1: c > 2']],
    ['the left side of unless', 'a > 1 unless b == 0', ['0: a > 1']],
    [
      'what a function is given',
      'label_replace(probe_success == 0, "a", "$1", "b", "(.+)")',
      ['0: probe_success == 0'],
    ],
    ['what an aggregation counts', 'count by (x) (stale == 1)', ['0: stale == 1']],
    ['an aggregation without a label', 'max(a{b="c"} > 2) without (d)', ['0: a{b="c"} > 2']],
    ['arithmetic before the comparison', '1 - avg(x) > 0.95', ['0: 1 - avg(x) > 0.95']],
    ['no comparison', 'absent(up)', []],
    ['a comparison of two series', 'a > b', []],
    ['a text that is no expression', 'a >', []],
  ])('finds %s', (_, expression, expected) => {
    expect(inShort(expression)).toEqual(expected)
  })

  it('ends with an expression that doubles with each and', () => {
    const expression = Array.from({ length: 12 }, (_, at) => `(a${at} > 1 or b${at} > 1)`).join(' and ')
    expect(new Set(conditionsOf(expression).map(({ either }) => either)).size).toBe(16)
  })
})
