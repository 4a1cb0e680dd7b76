import { describe, expect, it } from 'vitest'
import { type State, stateSpans } from './state-spans.ts'

const UP: State = { text: 'up', color: 'green' }
const DOWN: State = { text: 'down', color: 'red' }
const stateOf = (value: number) => ({ 1: UP, 0: DOWN })[value]
const timesMs = [0, 1_000, 2_000, 3_000, 4_000]

describe('stateSpans', () => {
  it('joins what follows each other and is the same', () => {
    expect(stateSpans(timesMs, [1, 1, 0, 1, 1], stateOf)).toEqual([
      { ...UP, fromMs: 0, toMs: 2_000 },
      { ...DOWN, fromMs: 2_000, toMs: 3_000 },
      { ...UP, fromMs: 3_000, toMs: 5_000 },
    ])
  })

  it('leaves a gap where there is no value, or one that stands for nothing', () => {
    expect(stateSpans(timesMs, [1, null, 1, 7, 1], stateOf)).toEqual([
      { ...UP, fromMs: 0, toMs: 1_000 },
      { ...UP, fromMs: 2_000, toMs: 3_000 },
      { ...UP, fromMs: 4_000, toMs: 5_000 },
    ])
  })
})
