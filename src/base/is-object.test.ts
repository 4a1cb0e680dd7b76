import { describe, expect, it } from 'vitest'
import { isObject } from './is-object.ts'

describe('isObject', () => {
  it.each([
    ['an empty object', {}, true],
    ['an object with fields', { a: 1 }, true],
    ['an object without a prototype', Object.create(null), true],
    ['null', null, false],
    ['a list', [], false],
    ['a text', 'a', false],
    ['nothing', undefined, false],
  ])('decides for %s', (_what, value, expected) => {
    expect(isObject(value)).toBe(expected)
  })
})
