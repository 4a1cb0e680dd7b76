import { describe, expect, it } from 'vitest'
import { CookieJar } from './cookies.ts'

const NOW = 1_000_000

function jarWith(...headers: string[]): CookieJar {
  const jar = new CookieJar()
  jar.store(new URL('https://shop.example.org/cart/add'), headers, NOW)
  return jar
}

describe('CookieJar', () => {
  it.each([
    ['to the host that set it', 'a=1; Path=/', 'https://shop.example.org/x', 'a=1'],
    ['not to another host', 'a=1; Path=/', 'https://example.org/x', undefined],
    ['to the whole domain when it says so', 'a=1; Path=/; Domain=.example.org', 'https://www.example.org/', 'a=1'],
    ['below the path it was set at', 'a=1', 'https://shop.example.org/cart/list', 'a=1'],
    ['not beside that path', 'a=1', 'https://shop.example.org/carts', undefined],
    ['not in the clear when secure', 'a=1; Path=/; Secure', 'http://shop.example.org/', undefined],
    ['with its whole value', 'a=b=c; Path=/', 'https://shop.example.org/', 'a=b=c'],
    ['not when it is from a stranger', 'a=1; Path=/; Domain=other.org', 'https://other.org/', undefined],
  ])('sends a cookie %s', (_, header, url, sent) => {
    expect(jarWith(header).header(new URL(url), NOW)).toBe(sent)
  })

  it('forgets a cookie when its time is over, and when it is set again as expired', () => {
    const url = new URL('https://shop.example.org/')
    const jar = jarWith('a=1; Path=/; Max-Age=10', 'b=2; Path=/')
    expect(jar.header(url, NOW + 9_000)).toBe('a=1; b=2')
    expect(jar.header(url, NOW + 11_000)).toBe('b=2')
    jar.store(url, ['b=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], NOW)
    expect(jar.header(url, NOW + 11_000)).toBeUndefined()
  })

  it('replaces a cookie of the same name, and sends the longest path first', () => {
    const jar = jarWith('a=1; Path=/', 'a=2; Path=/', 'b=3; Path=/cart')
    expect(jar.header(new URL('https://shop.example.org/cart'), NOW)).toBe('b=3; a=2')
  })
})
