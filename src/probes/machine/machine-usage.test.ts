import { describe, expect, it } from 'vitest'
import { familyOf, usageBetween } from './machine-usage.ts'
import type { MachineReading, ProcessTimes } from './read-machine.ts'

const one = (pid: number, parent: number, ownMs: number, more: Partial<ProcessTimes> = {}): ProcessTimes => {
  return { pid, parent, name: `p${pid}`, startedTick: pid, ownMs, endedMs: 0, ...more }
}
const reading = (atMs: number, busyMs: number, processes: ProcessTimes[], more: Partial<MachineReading> = {}) => ({
  atMs,
  stalledMs: atMs / 4,
  cpu: { cores: 2, busyMs, stolenMs: 0 },
  processes,
  ...more,
})
const control = new Set([10])
const ours = ({ processes }: MachineReading) => familyOf(processes, control)

describe('usageBetween', () => {
  it('separates the time of the system from that of other programs, and names those', () => {
    const before = reading(0, 10_000, [one(10, 1, 500), one(11, 10, 300), one(20, 1, 900), one(21, 20, 0)])
    const after = reading(1_000, 11_900, [one(10, 1, 600), one(11, 10, 500), one(20, 1, 1_880), one(21, 20, 540)])
    expect(usageBetween(before, after, ours)).toEqual({
      forMs: 1_000,
      stalledMs: 250,
      cpu: { cores: 2, oursMs: 300, othersMs: 1_600, stolenMs: 0 },
      others: [
        { pid: 20, name: 'p20', cores: 0.98 },
        { pid: 21, name: 'p21', cores: 0.54 },
      ],
    })
  })

  it('finds what an ended process of the system took in the account of its parent', () => {
    const before = reading(0, 0, [one(10, 1, 100), one(11, 10, 4_000)])
    const after = reading(1_000, 400, [one(10, 1, 150, { endedMs: 4_200 }), one(12, 10, 90)])
    expect(usageBetween(before, after, ours).cpu).toMatchObject({ oursMs: 50 + 200 + 90, othersMs: 60 })
  })

  it('takes a pid that was given to another process for another process', () => {
    const before = reading(0, 0, [one(20, 1, 9_000)])
    const after = reading(1_000, 300, [one(20, 1, 300, { startedTick: 99 })])
    expect(usageBetween(before, after, ours).others).toEqual([{ pid: 20, name: 'p20', cores: 0.3 }])
  })

  it('counts what cannot be seen from here as of others', () => {
    const before = reading(0, 0, [one(10, 1, 0)])
    const after = reading(1_000, 2_000, [one(10, 1, 100)])
    expect(usageBetween(before, after, ours)).toMatchObject({ cpu: { othersMs: 1_900 }, others: [] })
  })

  it('knows less where the kernel measures less', () => {
    const bare = { cpu: null, stalledMs: null }
    expect(usageBetween(reading(0, 0, [], bare), reading(500, 0, [], bare), ours)).toEqual({
      forMs: 500,
      stalledMs: null,
      cpu: null,
      others: [],
    })
  })
})
