import { describe, expect, it } from 'vitest'
import { type Unit, unitFormat } from './format-unit.ts'

describe('unitFormat', () => {
  it.each<[Unit, number, string]>([
    ['none', 0, '0'],
    ['none', 12, '12'],
    ['none', 0.1234, '0.123'],
    ['none', 12_345, '12,345'],
    ['none', 1_234_567, '1.23 M'],
    ['none', -3.5, '−3.5'],
    ['none', -0.00001, '0'],
    ['percentunit', 0.1234, '12.3 %'],
    ['percentunit', 1, '100 %'],
    ['s', 0, '0 s'],
    ['s', 0.000_42, '420 µs'],
    ['s', 0.0842, '84.2 ms'],
    ['s', 1.5, '1.5 s'],
    ['s', 150, '2.5 min'],
    ['s', 7_200, '2 h'],
    ['bytes', 512, '512 B'],
    ['bytes', 1_536, '1.5 KiB'],
    ['bytes', 3 * 1_024 ** 3, '3 GiB'],
    ['binBps', 2 * 1_024 ** 2, '2 MiB/s'],
    ['reqps', 42.25, '42.3 req/s'],
    ['reqps', 250_000, '250 k req/s'],
    ['ops', 3, '3 ops/s'],
    ['cps', 0.5, '0.5 /s'],
    ['wps', 12, '12 rows/s'],
  ])('%s: writes %d as %s', (unit, value, text) => {
    expect(unitFormat(unit)(value)).toBe(text)
  })

  it('keeps to the decimals that a panel asks for, so that digits stand below each other', () => {
    expect([1, 0.999, 0.99951].map(unitFormat('percentunit', 2))).toEqual(['100.00 %', '99.90 %', '99.95 %'])
    expect(unitFormat('none', 0)(2.6)).toBe('3')
  })
})
