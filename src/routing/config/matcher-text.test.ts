import { describe, expect, it } from 'vitest'
import { matchersText } from '../matcher.ts'
import { parseMatchers } from './matcher-text.ts'

const read = (text: string) => {
  const made = parseMatchers(text)
  return 'matchers' in made ? matchersText(made.matchers) : made.problem
}

describe('matchers', () => {
  it.each([
    ['without quotes', 'team=shop', 'team="shop"'],
    ['with quotes and blanks', ' team = "shop" ', 'team="shop"'],
    ['of all four operators', 'a="1", b!="2", c=~"3", d!~"4"', 'a="1", b!="2", c=~"3", d!~"4"'],
    ['between braces', '{a="1",b=2}', 'a="1", b="2"'],
    ['with a comma in the value', 'a=~"x,y|z", b="1"', 'a=~"x,y|z", b="1"'],
    ['with escapes', String.raw`a="say \"hi\"\n\\ \d"`, String.raw`a="say \"hi\"\n\\ \\d"`],
    ['with an empty value', 'a=""', 'a=""'],
    ['with a comma at the end', 'a="1",', 'a="1"'],
    ['of no label', '{}', ''],
    ['with a label between quotes, as newer versions have it', '{"my label"=~"x.*"}', '"my label"=~"x.*"'],
  ])('%s are read', (_, text, expected) => {
    expect(read(text)).toBe(expected)
  })

  it.each([
    ['a label alone', 'team', 'not a matcher: team'],
    ['a quote too few', 'team="shop', 'a quote too many or too few: team="shop'],
    ['a quote in the middle', 'team=sh"op', 'a quote too many or too few'],
    ['a wrong expression', 'team=~"("', 'not a regular expression in the syntax of RE2: ('],
    ['two commas', 'a="1",,b="2"', 'not a matcher'],
  ])('%s is a problem', (_, text, problem) => {
    expect(read(text)).toContain(problem)
  })

  it('fit whole values, and a missing label as the empty text', () => {
    const fits = (text: string, value: string) => {
      const made = parseMatchers(text)
      return 'matchers' in made && made.matchers.every((matcher) => matcher.test(value))
    }
    expect(fits('a=~"sho|web.*"', 'website')).toBe(true)
    expect(fits('a=~"sho|web.*"', 'shop')).toBe(false)
    expect(fits('a=~"shop|"', '')).toBe(true)
    expect(fits('a!="shop"', '')).toBe(true)
    expect(fits('a!~"web|shop"', 'shop')).toBe(false)
  })
})
