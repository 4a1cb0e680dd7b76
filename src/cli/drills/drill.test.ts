import { describe, expect, it } from 'vitest'
import { dryRunOf } from './drill.ts'

describe('drill new', () => {
  it('prints a next command that names the system where there is one to name', () => {
    expect(dryRunOf('drills/first.yaml', false)).toBe('firedrill run drills/first.yaml --dry-run')
    expect(dryRunOf('drills/first.yaml', true)).toBe(
      'firedrill run drills/first.yaml --system firedrill.yaml --dry-run',
    )
  })
})
