import { describe, expect, it } from 'vitest'
import { type Json, JsonObject, readJson } from './json-text.ts'

/** As JSON.parse shows it. */
function plain(value: Json): unknown {
  if (value instanceof JsonObject) return Object.fromEntries(value.fields.map(([name, one]) => [name, plain(one)]))
  return Array.isArray(value) ? value.map(plain) : value
}

describe('the reader of JSON', () => {
  it.each([
    '{}',
    ' [ ] ',
    '[1,-2.5e3,0,"a",true,false,null,{"b":[{}]}]',
    '"\\u0041\\n\\\\\\"\\ud83d\\ude00"',
    '{"":{"a":"\\\\"},"b":"\\\\\\""}',
  ])('reads %s as JSON.parse does', (text) => {
    const { value, rest } = readJson(text)
    expect(plain(value)).toEqual(JSON.parse(text))
    expect(rest.trim()).toBe('')
  })

  it('keeps fields of one name apart, in their order, and leaves what is behind the value', () => {
    const { value, rest } = readJson('{"a":1,"A":2,"a":3,"__proto__":4} {')
    expect((value as JsonObject).fields).toEqual([
      ['a', 1],
      ['A', 2],
      ['a', 3],
      ['__proto__', 4],
    ])
    expect(rest).toBe(' {')
  })

  it.each([
    ['', 'EOF'],
    [' \n', 'EOF'],
    ['[', 'unexpected EOF'],
    ['{"a', 'unexpected EOF'],
    ['{"a":', 'unexpected EOF'],
    ['[01]', "invalid character '1' after array element"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ['\ufeff{}', "invalid character '\ufeff' looking for beginning of value"],
    ['["\u0000"]', 'invalid character in string literal'],
    ['['.repeat(1_002), 'exceeded max depth'],
  ])('refuses %j: %s', (text, words) => {
    expect(() => readJson(text)).toThrow(`bad request body: ${words}`)
  })

  it('takes a time in proportion to the length of any text', () => {
    const startedMs = performance.now()
    for (const text of [`"${'\\"'.repeat(400_000)}`, `[${'"\\\\",'.repeat(150_000)}`, `${' '.repeat(1_000_000)}x`])
      expect(() => readJson(text)).toThrow('bad request body')
    expect(performance.now() - startedMs).toBeLessThan(20_000)
  })
})
