import { describe, expect, it } from 'vitest'
import type { HaltReport } from '../../api/stack/halt-all.ts'
import type { Holder } from '../../base/turn.ts'
import { haltExit, haltLines } from './halt-lines.ts'

const where = { service: 'store', replica: 'store-1' }
const lifted = { id: 'f', fault: 'latency', ...where, liftedAtMs: 0, changed: true, detail: 'gone' }
const run = { kind: 'run', name: 'long', pid: 812, afterMs: 90, how: 'ended' } as const
const all: HaltReport = {
  halted: { sinceMs: 0, why: '', durable: true },
  stack: 'halted',
  problems: [],
  lifted: [lifted],
  ended: [run],
  tookMs: 100,
}
const failed = { ...lifted, changed: false, failed: true, detail: 'could not be undone: no answer' }
const elsewhere: Holder[] = [{ name: 'long', pid: 4, sinceMs: 0 }]

describe('what firedrill halt exits with', () => {
  it.each<[string, Partial<HaltReport>, readonly Holder[], string]>([
    ['0 where all is lifted and has ended', {}, [], 'ok'],
    ['0 where a run had to be killed', { ended: [{ ...run, how: 'killed' }] }, [], 'ok'],
    ['6 where a fault could not be lifted', { lifted: [failed] }, [], 'unavailable'],
    ['6 where a run has not ended', { ended: [{ ...run, how: 'lives' }] }, [], 'unavailable'],
    ['6 where a run on a foreign system goes on', {}, elsewhere, 'unavailable'],
    ['6 where control does not answer', { stack: 'no answer', lifted: [] }, [], 'unavailable'],
    ['1 where the block is not on disk', { halted: { ...all.halted, durable: false } }, elsewhere, 'errored'],
  ])('is %s', (_, part, others, exit) => {
    expect(haltExit({ ...all, ...part }, others)).toBe(exit)
  })
})

describe('what firedrill halt prints', () => {
  it('counts as over only what is over', () => {
    const lines = haltLines({ ...all, lifted: [lifted, failed], ended: [run, { ...run, how: 'lives' }] })
    expect(lines).toContain('NOT LIFTED  latency store-1: could not be undone: no answer')
    expect(lines).toContain('NOT ENDED  run long (process 812) after 90 ms')
    expect(lines.at(-1)).toBe('over after 100 ms: 1 fault lifted, 1 run or load ended')
  })
})
