import { describe, expect, it } from 'vitest'
import { pageOf } from './route.ts'

describe('pageOf', () => {
  it.each([
    ['names a page', '#/stack', 'stack'],
    ['is empty', '', 'prices'],
    ['names no page', '#/nowhere', 'prices'],
    ['names an inherited property', '#/constructor', 'prices'],
    ['is an anchor', '#content', 'prices'],
  ])('of an address that %s', (_, hash, page) => {
    expect(pageOf<'prices' | 'stack'>(hash, { prices: 1, stack: 2 }, 'prices')).toBe(page)
  })
})
