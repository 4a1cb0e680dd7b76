import { describe, expect, it } from 'vitest'
import { parseJsonPath, passes, readValueCheck, valuesAt } from './json-path.ts'

const answer = { quotes: [{ price: 3, stale: false }, { price: 5 }], 'odd name': { a: null }, empty: [] }
const at = (text: string) => valuesAt(parseJsonPath(text) ?? [], answer)

describe('a path into JSON', () => {
  it.each([
    ['$.quotes[0].price', [3]],
    ['$.quotes[*].price', [3, 5]],
    ['$.quotes[*].stale', [false]],
    ["$['odd name'].a", [null]],
    ['$.quotes[7].price', []],
    ['$.empty[*]', []],
    ['$.quotes.length', []],
    ['$.constructor', []],
  ])('%s leads to %j', (text, expected) => {
    expect(at(text)).toEqual(expected)
  })

  it.each(['quotes', '$quotes', '$..price', '$.quotes[?(@.price>3)]', '$.quotes[(1)]', '$.a.', '$[-1]'])(
    'is not %s',
    (text) => {
      expect(parseJsonPath(text)).toBeUndefined()
    },
  )
})

describe('what a value is held against', () => {
  it.each([
    ['> 4', 5, true],
    ['> 4', 4, false],
    ['> 4', '5', false],
    ['up', 'up', true],
    [true, true, true],
    [null, null, true],
    [0, false, false],
  ] as const)('%j accepts %j: %j', (given, value, expected) => {
    expect(passes(readValueCheck(given), value)).toBe(expected)
  })
})
