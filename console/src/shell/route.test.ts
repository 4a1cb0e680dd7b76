import { describe, expect, it } from 'vitest'
import { linkTo, readAddress } from './route.ts'

const pages = { overview: 1, stack: 2, drills: 3 }
const read = (hash: string) => {
  const { page, rest, query } = readAddress(hash, pages, 'overview')
  return { page, rest, query: Object.fromEntries(query) }
}

describe('an address', () => {
  it.each([
    ['', 'overview'],
    ['#', 'overview'],
    ['#/', 'overview'],
    ['#/stack', 'stack'],
    ['#/stack/', 'stack'],
    ['#/nowhere', 'overview'],
    ['#/toString', 'overview'],
    ['#/__proto__', 'overview'],
    ['#stack', 'stack'],
  ])('"%s" leads to %s', (hash, page) => {
    expect(read(hash)).toEqual({ page, rest: [], query: {} })
  })

  it('keeps what follows the page, and the query', () => {
    expect(read('#/drills/store-crash/plan?q=a%26b&x=')).toEqual({
      page: 'drills',
      rest: ['store-crash', 'plan'],
      query: { q: 'a&b', x: '' },
    })
    expect(read('#/drills/%E0%A4%A')).toEqual({ page: 'drills', rest: ['%E0%A4%A'], query: {} })
  })

  it('is read as it was made', () => {
    const link = linkTo('drills', ['a/b', 'ü ?#'], { q: 'x=1&y', none: undefined, empty: '' })
    expect(read(link)).toEqual({ page: 'drills', rest: ['a/b', 'ü ?#'], query: { q: 'x=1&y' } })
  })
})
