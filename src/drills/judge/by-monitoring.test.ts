import { describe, expect, it } from 'vitest'
import type { MonitoringChange } from '../evidence/observations.ts'
import type { ExpectationResult } from '../journal/schema/expectation-result.ts'
import { decidingChanges, monitoringChanges } from './by-monitoring.ts'
import { readExpectations } from './expectation-results.ts'
import { factsAt, ZERO_MS } from './test-facts.ts'

describe('a change of the monitoring in the middle of a run', () => {
  it('is named with its moment, once', () => {
    const facts = factsAt(9_000)
    const change = { part: 'prometheus' as const, atMs: ZERO_MS + 4_000, text: 'Prometheus was started again' }
    facts.observations.addChange(change)
    facts.observations.addChange({ ...change, atMs: ZERO_MS + 5_000 })
    expect(monitoringChanges(facts)).toEqual(['Prometheus was started again, 4.00 s after the injection'])
    expect(monitoringChanges(undefined)).toEqual([])
  })

  it('is what the drill does where the drill itself breaks the monitoring', () => {
    const text = `
title: T
why: W
steadyState: [{ http: store, path: /ready }]
load: none
method: [{ at: 0s, fault: kill, target: prometheus }]
expectations: [{ steady: true, within: 3s }]
`
    const facts = factsAt(9_000, text)
    facts.observations.addChange({ part: 'prometheus', atMs: ZERO_MS, text: 'Prometheus was started again' })
    expect(monitoringChanges(facts)).toEqual([])
  })

  const restart: MonitoringChange = { part: 'prometheus', atMs: ZERO_MS + 4_000, text: 'Prometheus was started again' }
  const ruleOf = (alert: string): MonitoringChange => ({
    part: 'prometheus',
    alert,
    atMs: ZERO_MS + 4_000,
    afterMs: ZERO_MS + 2_000,
    text: `the rule of ${alert} changed`,
  })

  /** The kinds of those expectations that a change leaves unproven; what is in `metAtMs` was met then, the rest was missed. */
  function decidedBy(change: MonitoringChange, metAtMs: Record<string, number> = {}): string[] {
    const facts = factsAt(9_000)
    facts.observations.addChange(change)
    return readExpectations(facts)
      .map((result) => {
        const atMs = metAtMs[result.kind]
        return atMs === undefined ? { ...result, met: false } : { ...result, met: true, atMs: ZERO_MS + atMs }
      })
      .filter((result) => decidingChanges(facts, [result], []).length > 0)
      .map(({ kind }) => kind)
  }

  it.each<[string, MonitoringChange, Record<string, number>, string[]]>([
    [
      'a new start decides metrics, alerts and what a responder does about them, where they were missed',
      restart,
      {},
      ['metric', 'alert', 'action'],
    ],
    ['a new start takes nothing from what was met', restart, { metric: 5_000, alert: 5_000, action: 5_000 }, []],
    ['another rule of the expected alert decides it', ruleOf('ServiceDown'), {}, ['alert', 'action']],
    [
      'another rule of the expected alert decides it also where it was met',
      ruleOf('ServiceDown'),
      { alert: 3_000, action: 3_000 },
      ['alert'],
    ],
    ['another rule decides nothing of what was met before', ruleOf('ServiceDown'), { alert: 1_000, action: 1_000 }, []],
    ['the rule of another alert decides only what a responder may do about it', ruleOf('Other'), {}, ['action']],
  ])('%s', (_, change, metAtMs, kinds) => {
    expect(decidedBy(change, metAtMs)).toEqual(kinds)
  })

  it.each([
    ['{ metric: min(up), is: "== 1" }', true],
    ['{ http: store, path: /ready }', false],
  ])('decides whether %s was back in time only where Prometheus is asked for it', (probe, decided) => {
    const text = `
title: T
why: W
steadyState: [${probe}]
load: none
method: [{ at: 0s, fault: kill, target: store }]
expectations: [{ steady: true, within: 3s }]
`
    const facts = factsAt(9_000, text)
    facts.observations.addChange(restart)
    const missed = readExpectations(facts).map((result) => ({ ...result, met: false }))
    expect(decidingChanges(facts, missed, []).length > 0).toBe(decided)
  })

  it('of Alertmanager decides where alerts are sent, also where that was met later', () => {
    const text = `
title: T
why: W
steadyState: [{ http: store, path: /ready }]
load: none
method: [{ at: 0s, fault: kill, target: store }]
expectations:
  - { alert: ServiceDown, within: 1s }
  - { receiver: pager, of: ServiceDown, within: 9s }
  - { notReceivedBy: ceo }
  - { inhibitedBy: ServiceDown, of: StoreSlow, within: 9s }
`
    const facts = factsAt(9_000, text)
    const config: MonitoringChange = { part: 'alertmanager', atMs: ZERO_MS + 4_000, text: 'the configuration changed' }
    facts.observations.addChange(config)
    const deciding = (more: Partial<ExpectationResult>) =>
      readExpectations(facts)
        .filter((result) => decidingChanges(facts, [{ ...result, tried: true, ...more }], []).length > 0)
        .map(({ kind }) => kind)
    const routed = ['receiver', 'notReceivedBy', 'inhibitedBy']
    expect(deciding({ met: false })).toEqual(routed)
    expect(deciding({ met: true, atMs: ZERO_MS + 5_000 })).toEqual(routed)
    expect(deciding({ met: true, atMs: ZERO_MS + 2_000 })).toEqual([])
    expect(deciding({ met: true, atMs: null })).toEqual(routed)
  })

  it('decides what fired unexpectedly where it may be the reason', () => {
    const facts = factsAt(9_000)
    facts.observations.addChange(ruleOf('Odd'))
    const decided = (alertname: string) => decidingChanges(facts, [], [{ alertname }])
    expect(decided('Odd')).toEqual(['the rule of Odd changed, 4.00 s after the injection'])
    expect(decided('Other')).toEqual([])
  })
})
