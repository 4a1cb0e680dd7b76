import { describe, expect, it } from 'vitest'
import { LiveLoads } from './live-loads.ts'
import { reportAfter } from './test-load.ts'

describe('the loads that report', () => {
  it('have each second in their history once, also when a report comes twice', () => {
    const live = new LiveLoads()
    for (const seconds of [1, 2, 2, 3]) live.report(reportAfter(seconds))
    live.report(reportAfter(3, { ended: true, users: 0 }))
    const run = live.run(reportAfter(1).id)
    const startedAtMs = reportAfter(1).startedAtMs
    expect(run).toMatchObject({
      state: 'ended',
      kept: false,
      startedBy: 'terminal',
      mayStop: false,
      thresholds: [{ text: 'p95<200ms', met: true, latencyMs: 200 }],
      history: {
        timesMs: [1_000, 2_000, 3_000].map((ms) => startedAtMs + ms),
        total: { requests: [10, 10, 10], failures: [1, 1, 1], p95Ms: [2, 2, 2] },
        causes: [{ cause: 'refused', failures: [1, 1, 1] }],
        endpoints: [{ name: 'GET /items', requests: [10, 10, 10] }],
      },
    })
  })

  it('name who started them, and can be stopped only by control that has', () => {
    const live = new LiveLoads({ isOurs: (pid) => pid === 4_711 })
    live.report(reportAfter(1))
    live.report(reportAfter(1, { id: 'other', pid: 1 }))
    live.report(reportAfter(1, { id: 'drill', pid: 2, drill: 'store-crash', durationMs: null }))
    expect(live.heads().map(({ startedBy, mayStop }) => [startedBy, mayStop])).toEqual([
      ['console', true],
      ['terminal', false],
      ['drill', false],
    ])
  })

  it('have ended when they are silent for ten seconds', () => {
    let nowMs = 0
    const live = new LiveLoads({ isOurs: () => true, nowMs: () => nowMs })
    live.report(reportAfter(1))
    nowMs = 9_999
    expect(live.heads()).toMatchObject([{ state: 'running', users: 5, mayStop: true }])
    nowMs = 10_000
    expect(live.heads()).toMatchObject([{ state: 'ended', users: 0, mayStop: false }])
    expect(live.current()).toMatchObject({ ended: true, users: 0 })
  })

  it('are represented by the one that began last of those that run, whichever reports last', () => {
    const live = new LiveLoads()
    live.report(reportAfter(1, { id: 'drill', startedAtMs: 20 }))
    live.report(reportAfter(9, { id: 'old', startedAtMs: 10 }))
    expect(live.current()?.id).toBe('drill')
    live.report(reportAfter(2, { id: 'drill', startedAtMs: 20, ended: true }))
    expect(live.current()?.id).toBe('old')
  })

  it('are forgotten when there are many: first the oldest that has ended', () => {
    const live = new LiveLoads()
    live.report(reportAfter(1, { id: 'running' }))
    for (let at = 0; at < 20; at += 1) live.report(reportAfter(1, { id: `ended-${at}`, ended: true }))
    const ids = live.heads().map(({ id }) => id)
    expect(ids).toHaveLength(12)
    expect(ids).toContain('running')
    expect(ids).toContain('ended-19')
    expect(ids).not.toContain('ended-8')
  })

  it('can be waited for by the pid of their process', async () => {
    const live = new LiveLoads()
    const reported = live.whenReported(7, new AbortController().signal)
    live.report(reportAfter(1))
    live.report(reportAfter(1, { id: 'wanted', pid: 7 }))
    expect((await reported).id).toBe('wanted')
  })
})
