import { describe, expect, it } from 'vitest'
import { checkPromql } from './check.ts'

/** The first problem of an expression: what stands there, and what is said of it. */
function problemOf(text: string): (string | undefined)[] {
  const [first] = checkPromql(text).problems
  return first === undefined
    ? []
    : [text.slice(first.from, first.to), first.message, ...(first.next === undefined ? [] : [first.next])]
}

describe('checkPromql', () => {
  it.each([
    ['1 + 2', 'scalar'],
    ['up == bool 1', 'vector'],
    ['1 > bool 2', 'scalar'],
    ['a + b offset 5m', 'vector'],
    ['up[5m] offset 1w @ end()', 'matrix'],
    ['holt_winters(up[10m], 0.5, 0.5)', 'vector'],
    ['scalar(up)', 'scalar'],
    ['("text")', 'string'],
  ])('%s gives a %s', (text, value) => {
    expect(checkPromql(text)).toEqual({ value, problems: [] })
  })

  it.each<[string, string, (string | undefined)[]]>([
    [
      'an instant vector where a range belongs',
      'rate(up)',
      ['up', 'rate takes a range vector here, and this is an instant vector', 'a range, for example [5m]'],
    ],
    [
      'a function that is misspelt',
      'sum(ratee(up[5m]))',
      ['ratee', 'there is no function ratee', 'did you mean rate?'],
    ],
    ['a function of a newer Prometheus', 'info(up)', ['info', 'Prometheus 2.42 has no function info']],
    ['a comparison of numbers', '1 > 2', ['1 > 2', 'a comparison of two scalars needs bool', '> bool']],
    ['a set of numbers', 'up and 1', ['1', 'and is between instant vectors, and this is a scalar', 'vector(…)']],
    [
      'a selector of everything',
      '{service=~".*"}',
      ['{service=~".*"}', 'a selector without a name must have a matcher that an empty label does not match'],
    ],
    [
      'an expression that RE2 does not read',
      'up{code=~"5(."}',
      ['"5(."', 'not a regular expression in the syntax of RE2', 'RE2 has no look-around and no back-references'],
    ],
    ['too few arguments', 'topk(up)', ['topk(up)', 'topk takes 2 arguments, and has 1']],
    [
      'a range behind an offset',
      'up offset 5m [5m]',
      ['up offset 5m', 'the range comes before offset', 'x[5m] offset …'],
    ],
    ['an end that comes too early', 'rate(up[5m]) /', ['', 'the expression ends too early']],
    ['a quote of another kind', 'up{a=“b”}', ['“', 'the character U+201C can only stand in a string']],
    ['a duration of the wrong order', 'up[-5m]', ['-5m', 'not a duration', '5m, 1h30m, 1d, 2w']],
    ['nothing at all', '', ['', 'there is no expression']],
  ])('names %s', (_, text, expected) => {
    expect(problemOf(text)).toEqual(expected)
  })

  it('names every mistake, also within each other', () => {
    const { problems } = checkPromql('rate(up) + sum(1) and on (a) topk(2, x[0s])')
    expect(problems.map(({ from }) => from)).toEqual([5, 15, 37, 39])
  })

  it('says of one that is too large that it is', () => {
    const large = 'larger than is read here: at most 32768 characters and 400 levels of operators'
    expect(problemOf(`up${' or up'.repeat(500)}`)[1]).toBe(large)
    expect(problemOf(' '.repeat(40_000))[1]).toBe(large)
  })
})
