import { describe, expect, it } from 'vitest'
import { marksOf, spansOf } from './spans.ts'

const at = (...times: number[]) => times.map((atMs) => ({ atMs, value: 1 }))

describe('spansOf', () => {
  it('joins the samples of one step after the other, and ends a step after the last', () => {
    expect(spansOf(at(0, 1_000, 2_000, 5_000), 1_000)).toEqual([
      { fromMs: 0, toMs: 3_000 },
      { fromMs: 5_000, toMs: 6_000 },
    ])
  })
})

describe('marksOf', () => {
  it('names drills by their file, faults by their replica and alerts by their instance, oldest first', () => {
    const found = marksOf(
      {
        drill: [{ labels: { drill: 'store-crash' }, samples: at(0, 1_000) }],
        fault: [{ labels: { fault: 'kill', service: 'store', replica: 'store-1' }, samples: at(3_000) }],
        alert: [{ labels: { alertname: 'ServiceDown', instance: 'store-1' }, samples: at(1_000, 2_000) }],
      },
      1_000,
    )
    expect(found).toEqual([
      { kind: 'drill', label: 'store-crash', fromMs: 0, toMs: 2_000 },
      { kind: 'alert', label: 'ServiceDown store-1', fromMs: 1_000, toMs: 3_000 },
      { kind: 'fault', label: 'kill store-1', fromMs: 3_000, toMs: 4_000 },
    ])
  })
})
