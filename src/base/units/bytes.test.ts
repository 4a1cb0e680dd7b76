import { describe, expect, it } from 'vitest'
import { formatBytes, parseByteRate, parseBytes } from './bytes.ts'

describe('parseBytes', () => {
  it.each([
    ['0B', 0],
    ['64KiB', 65_536],
    ['1.5MiB', 1_572_864],
    ['2GiB', 2_147_483_648],
  ])('reads %s as %d', (text, bytes) => expect(parseBytes(text)).toBe(bytes))
  it.each(['', '64', '64KB', '-1B', '64 KiB', '64KiB/s'])('refuses %j', (text) =>
    expect(parseBytes(text)).toBeUndefined(),
  )
})

describe('parseByteRate', () => {
  it('reads bytes a second', () => expect(parseByteRate('4KiB/s')).toBe(4_096))
  it('refuses a size without a time', () => expect(parseByteRate('4KiB')).toBeUndefined())
})

describe('formatBytes', () => {
  it.each([
    [12, '12 B'],
    [65_536, '64.0 KiB'],
    [268_435_456, '256 MiB'],
  ])('writes %d as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))
})
