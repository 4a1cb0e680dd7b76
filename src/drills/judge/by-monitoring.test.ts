import { describe, expect, it } from 'vitest'
import { isOfMonitoring, monitoringChanges } from './by-monitoring.ts'
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

  it('decides metrics, alerts and what a responder does about them, and not what the services answer', () => {
    const facts = factsAt(9_000)
    const decided = readExpectations(facts).map((result) => [result.kind, isOfMonitoring(facts.drill, result)])
    expect(decided).toEqual([
      ['metric', true],
      ['alert', true],
      ['action', true],
      ['steady', false],
      ['noOtherAlert', false],
    ])
  })
})
