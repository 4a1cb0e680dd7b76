import { describe, expect, it } from 'vitest'
import { clearFaults } from './clear-faults.ts'
import { TestSystem } from './test-system.ts'

describe('clearFaults', () => {
  it('lifts all faults, says how many, and has nothing to put back', async () => {
    const system = new TestSystem()
    expect(await system.carryOut(clearFaults.build({}))).toEqual({ detail: '2 faults were lifted', putBacks: [] })
    expect(system.calls).toEqual(['clear faults'])
  })
})
