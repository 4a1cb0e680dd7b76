import { describe, expect, it } from 'vitest'
import { isLoopback, parseAddress, resolveAddress } from './address.ts'

describe('an address', () => {
  it.each([
    ['127.0.0.1:80', '127.0.0.1', 80],
    ['db:5432', 'db', 5_432],
    ['[::1]:80', '::1', 80],
    [':6380', '127.0.0.1', 6_380],
    ['', '127.0.0.1', 0],
    ['127.0.0.1:', '127.0.0.1', 0],
    ['localhost:http', 'localhost', 80],
    ['localhost:PostgreSQL', 'localhost', 5_432],
  ])('may be %j', (text, host, port) => {
    expect(parseAddress(text)).toEqual({ host, port })
  })

  it.each([
    ['nowhere', 'address nowhere: missing port in address'],
    ['[::1]', 'address [::1]: missing port in address'],
    ['1:2:3', 'address 1:2:3: too many colons in address'],
    ['::1', 'address ::1: too many colons in address'],
    ['[::1', "address [::1: missing ']' in address"],
    ['a]:1', "address a]:1: unexpected ']' in address"],
    ['a:65536', 'address 65536: invalid port'],
    ['a:-1', 'address -1: invalid port'],
    ['a:nosuch', 'lookup tcp/nosuch: unknown port'],
    ['a:1.5', 'lookup tcp/1.5: unknown port'],
  ])('is not %j: %s', (text, words) => {
    expect(() => parseAddress(text)).toThrow(words)
  })

  it('has its name resolved, and localhost to this machine alone', async () => {
    expect(await resolveAddress({ host: '::ffff:127.0.0.1', port: 1 })).toEqual({ host: '127.0.0.1', port: 1 })
    expect(await resolveAddress({ host: '::1', port: 1 })).toEqual({ host: '::1', port: 1 })
    const { host } = await resolveAddress({ host: 'LocalHost', port: 1 })
    expect(host).not.toBe('LocalHost')
    expect(isLoopback(host)).toBe(true)
    await expect(resolveAddress({ host: 'no-such.invalid', port: 1 })).rejects.toThrow(
      'lookup no-such.invalid: no such host',
    )
  })
})
