import { describe, expect, it } from 'vitest'
import { DOWN, factsAt, ZERO_MS } from '../judge/test-facts.ts'
import { alert } from './alert.ts'
import { lookAt } from './test-look.ts'

const condition = alert.build({ alert: 'ServiceDown', labels: { service: 'store' }, within: '2s' })

describe('alert', () => {
  it.each([
    ['fires', 'firing', DOWN, { met: true, seen: 'Prometheus; Alertmanager has not shown it' }],
    ['is pending', 'pending', DOWN, { met: false, seen: 'it did not fire' }],
    ['fires for another service', 'firing', { ...DOWN, service: 'worker' }, { met: false, seen: 'it did not fire' }],
  ] as const)('is true only when the alert fires: it %s', async (_, state, labels, look) => {
    const facts = factsAt(1_000)
    facts.observations.addRuleAlerts([{ labels, state, activeAtMs: ZERO_MS + 400 }], ZERO_MS + 460)
    expect(await lookAt(condition, facts)).toEqual(look)
  })

  it('is not true before anything was observed', async () => {
    expect(await lookAt(condition)).toEqual({ met: false, seen: 'nothing was observed yet' })
    expect(condition.text).toBe('ServiceDown{service="store"} fires')
  })
})
