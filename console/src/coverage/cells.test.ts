import { describe, expect, it } from 'vitest'
import type { CoverageRow, CoverageView } from '../../../src/api/contract.ts'
import { ageOf, cellText, columnsOf, countAges, latestProofs, readCell } from './cells.ts'

const NOW_MS = 1_700_000_000_000
const DAY_MS = 86_400_000
const run = (daysAgo: number) => ({
  journal: `j${daysAgo}`,
  drill: 'd',
  title: 'D',
  startedAtMs: NOW_MS - daysAgo * DAY_MS,
  verdict: 'held',
})
const cell = (...of: number[]) => ({
  count: of.length,
  medianMs: 5,
  notified: true,
  proofs: of.map((one) => ({ run: one, afterMs: 5, notified: true })),
})
const row = (fault: string, cells: CoverageRow['cells']): CoverageRow => ({
  kind: 'fault',
  fault,
  service: 'store',
  silent: false,
  runs: [0, 1],
  cells,
})
const view: CoverageView = {
  profile: 'lab',
  runs: [run(0.5), run(3), run(40)],
  leftOut: [],
  alerts: ['A', 'B', 'C', 'D'].map((name) => ({ name, severity: 'critical', fired: name !== 'A' && name !== 'D' })),
  rows: [row('kill', { C: cell(0, 2) }), row('latency', { B: cell(2), C: cell(1), Gone: cell(1) })],
  unseenFaults: [],
  unaskedAlerts: [],
  goneAlerts: ['Gone'],
  alwaysFiring: [],
  pagingNobody: [],
  alertRatio: 0.5,
  faultRatio: 1,
  unread: 0,
}

describe('the matrix', () => {
  it('leaves out what never fired, unless nothing has', () => {
    expect(columnsOf(view, { firedOnly: true })).toEqual(['C', 'B', 'Gone'])
    const unfired = view.alerts.map((alert) => ({ ...alert, fired: false }))
    expect(columnsOf({ ...view, alerts: unfired, goneAlerts: [] }, { firedOnly: true })).toEqual(['A', 'B', 'C', 'D'])
  })

  it('has what fired first, from corner to corner, and then what never did', () => {
    expect(columnsOf(view)).toEqual(['C', 'B', 'Gone', 'A', 'D'])
  })

  it('knows how old the latest proof of a cell and of an alert is', () => {
    const [kill, latency] = view.rows
    if (kill === undefined || latency === undefined) throw new Error('there are two rows')
    const context = { runs: view.runs, nowMs: NOW_MS }
    expect(ageOf(kill, 'C', context)).toEqual({ level: 'fresh', text: '12 h ago' })
    expect(ageOf(latency, 'B', context).level).toBe('old')
    expect(ageOf(latency, 'A', context).level).toBe('never')
    expect(latestProofs(view).get('C')).toBe(view.runs[0]?.startedAtMs)
    expect(countAges(view, NOW_MS)).toEqual({ fresh: 1, recent: 0, aging: 0, old: 1, never: 2 })
  })

  it('writes a cell into the address and reads it again', () => {
    const text = cellText({ fault: 'configure store A=1', service: '' }, 'B')
    expect(readCell(text)).toEqual({ fault: 'configure store A=1', service: '', alert: 'B' })
    expect(readCell(null)).toBeUndefined()
    expect(readCell('kill')).toEqual({ fault: 'kill', service: '', alert: '' })
  })
})
