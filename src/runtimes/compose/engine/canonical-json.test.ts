import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCanonicalJson } from './canonical-json.ts'

const read = (text: string) => readCanonicalJson(Buffer.from(text))

describe('readCanonicalJson', () => {
  it('reads everything that JSON.stringify writes', () => {
    const property = fc.property(fc.json(), (text) => {
      const value: unknown = JSON.parse(text)
      expect(JSON.stringify(read(JSON.stringify(value)))).toBe(JSON.stringify(value))
    })
    fc.assert(property, { seed: 18, numRuns: 500 })
  })

  it.each([
    ['equal keys', '{"a":1,"a":2}'],
    ['equal keys, one of them escaped', '{"a":1,"\\u0061":2}'],
    ['equal keys further down', '{"a":[{"b":1,"b":1}]}'],
    ['a number beyond 2^53', '{"a":9007199254740993}'],
    ['a number that is written otherwise', '{"a":1e3}'],
    ['a whole number with a fraction', '{"a":1.0}'],
    ['a negative zero', '{"a":-0}'],
    ['a number that is infinite', '{"a":1e999}'],
    ['a byte order mark', '\ufeff{"a":1}'],
    ['something after the end', '{"a":1}{"b":2}'],
    ['a line feed after the end', '{"a":1}\n'],
    ['a NUL after the end', '{"a":1}\u0000'],
    ['blanks', '{ "a": 1 }'],
    ['an escape that needs none', '{"a":"\\u0041"}'],
    ['nothing', ''],
    ['no JSON', '{a:1}'],
    ['more depth than can be read', '['.repeat(60_000) + ']'.repeat(60_000)],
  ])('reads no text with %s', (_, text) => {
    expect(read(text)).toBeUndefined()
  })

  it('reads no bytes that are no UTF-8', () => {
    expect(readCanonicalJson(Buffer.from([0x22, 0xff, 0x22]))).toBeUndefined()
    // A slash in two bytes where one is enough.
    expect(readCanonicalJson(Buffer.from([0x22, 0xc0, 0xaf, 0x22]))).toBeUndefined()
    // Half of a surrogate pair, as UTF-8 would write it.
    expect(readCanonicalJson(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toBeUndefined()
  })
})
