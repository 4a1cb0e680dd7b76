import { describe, expect, it } from 'vitest'
import type { FaultView } from '../../../src/api/contract.ts'
import { faultBands } from './fault-bands.ts'

const seen = { fault: 'kill', target: 'store-1', fromMs: 3_000, toMs: 5_000 }
const active = {
  fault: 'latency',
  replica: 'store-1',
  injectedAtMs: 6_100,
  undoneByMs: 60_000,
} as FaultView

describe('the bands of a load', () => {
  it('are the faults in its time, cut to it, by begin', () => {
    const before = { ...seen, fromMs: 100, toMs: 900 }
    const atItsBegin = { ...seen, fromMs: 500, toMs: 1_500 }
    expect(faultBands({ startedAtMs: 1_000, faults: [seen, before, atItsBegin] }, [], 4_000)).toEqual([
      { label: 'kill on store-1', tone: 'fault', fromMs: 1_000, toMs: 1_500 },
      { label: 'kill on store-1', tone: 'fault', fromMs: 3_000, toMs: 4_000 },
    ])
  })

  it('have a fault that is in force once, with its exact times', () => {
    const same = { fault: 'latency', target: 'store-1', fromMs: 6_000, toMs: 7_000 }
    expect(faultBands({ startedAtMs: 1_000, faults: [seen, same] }, [active], 7_200)).toEqual([
      { label: 'kill on store-1', tone: 'fault', fromMs: 3_000, toMs: 5_000 },
      { label: 'latency on store-1', tone: 'fault', fromMs: 6_100, toMs: 7_200 },
    ])
  })
})
