import { describe, expect, it } from 'vitest'
import { formatCpu, formatMemory } from './format-usage.ts'

describe('formatCpu', () => {
  it.each([
    [0, '0.0 %'],
    [0.0043, '0.4 %'],
    [0.0994, '9.9 %'],
    [0.12, '12 %'],
    [1.4, '140 %'],
  ])('writes %d cores as %s', (cores, text) => {
    expect(formatCpu(cores)).toBe(text)
  })
})

describe('formatMemory', () => {
  it.each([
    [1_048_576 * 3.25, '3.3 MiB'],
    [1_048_576 * 84, '84 MiB'],
    [1_048_576 * 999, '999 MiB'],
    [1_048_576 * 1_024 * 1.21, '1.2 GiB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatMemory(bytes)).toBe(text)
  })
})
