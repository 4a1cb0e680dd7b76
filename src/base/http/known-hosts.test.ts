import { describe, expect, it } from 'vitest'
import { knownHosts, readHosts } from './known-hosts.ts'

describe('the hosts that a server answers to', () => {
  it.each([
    ['localhost', true],
    ['LOCALHOST:8080', true],
    ['127.0.0.1:8000', true],
    ['127.8.9.10', true],
    ['172.18.0.5:8000', true],
    ['[::1]:8000', true],
    [undefined, true],
    ['evil', false],
    ['wpad:8080', false],
    ['2130706433', false],
    ['0x7f000001', false],
    ['127.1', false],
    ['300.1.1.1', false],
    ['127.0.0.1.evil.example', false],
    ['[::1].evil.example', false],
    ['[evil]', false],
    ['localhost.', false],
    ['localhost.evil', false],
    ['evil@localhost', false],
    ['store', false],
    ['', false],
  ])('without names: %s → %s', (host, expected) => {
    expect(knownHosts([])(host)).toBe(expected)
  })

  it.each([
    ['store:8000', true],
    ['firedrill-store-1:8000', true],
    ['firedrill_store_12', true],
    ['control', true],
    ['controls', false],
    ['store.evil', false],
    ['evil.store', false],
    ['worker', false],
  ])('with names, as in containers: %s → %s', (host, expected) => {
    expect(knownHosts(readHosts('control, *store*'))(host)).toBe(expected)
  })
})
