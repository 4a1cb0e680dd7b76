import { describe, expect, it } from 'vitest'
import { defined } from './defined.ts'

describe('defined', () => {
  it('keeps the fields that have a value, in their order, and drops those that are undefined', () => {
    expect(Object.keys(defined({ a: 1, b: undefined, c: null, d: 0, e: '' }))).toEqual(['a', 'c', 'd', 'e'])
  })

  it('looks one level deep', () => {
    expect(defined({ a: { b: undefined } })).toStrictEqual({ a: { b: undefined } })
  })
})
