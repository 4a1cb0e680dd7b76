import { describe, expect, it } from 'vitest'
import type { Plan } from '../drills/plan.ts'
import { planLines } from './plan.ts'

const PLAN: Plan = {
  drill: { title: 'Too many', file: 'drills/many.yaml' },
  profile: 'lab',
  parameters: {},
  steadyState: ['http store /ready'],
  load: 'none',
  steps: [
    { text: 'scale store', due: 'at 1.00 s', params: { to: 3 }, forMs: 90_000 },
    { text: 'bad-image store', due: 'at 2.00 s', params: { image: 'a:1', container: '' }, forMs: 5_000 },
    { text: 'scale worker to 2', due: 'when steady, within 5.00 s', params: {}, forMs: null },
  ],
  watchMs: 10_000,
  expectations: [],
  refusals: [],
}

describe('a plan on a terminal', () => {
  it('shows all that decides what a fault does', () => {
    const lines = planLines(PLAN).filter((line) => /at \d|when/.test(line))
    expect(lines.map((line) => line.replace('method', '').trim())).toEqual([
      'at 1.00 s: scale store to=3, for at most 1 min 30 s',
      'at 2.00 s: bad-image store image=a:1, for at most 5.00 s',
      'when steady, within 5.00 s: scale worker to 2',
    ])
  })
})
