import { describe, expect, it } from 'vitest'
import { profiles } from '../stack/profile.ts'
import { floorOf, livenessClock } from './clocks/floor.ts'
import type { FaultStep } from './file/method-step.ts'
import { notificationOutage } from './notification-outage.ts'

const step = (fault: FaultStep['fault'], service: string): FaultStep => ({
  kind: 'fault',
  index: 0,
  start: { kind: 'at', atMs: 1_000 },
  fault,
  target: { service },
  params: {},
  forMs: 15_000,
})

describe('notificationOutage', () => {
  it.each([
    ['kill', 'store', { minMs: 0, meanMs: 0, maxMs: 0 }],
    ['stop', 'store', { minMs: 0, meanMs: 0, maxMs: 0 }],
    ['stop', 'responder', { minMs: 15_000, meanMs: 15_000, maxMs: 15_000 }],
    ['pause', 'alertmanager', { minMs: 0, meanMs: 0, maxMs: 0 }],
    ['kill', 'responder', { minMs: 0, meanMs: 0, maxMs: 0 }],
    ['failing-rule', 'prometheus', { minMs: 0, meanMs: 2_500, maxMs: 5_000 }],
  ] as const)('of %s %s', (fault, service, way) => {
    expect(notificationOutage([step(fault, service)])).toEqual(way)
  })

  it('delays what is received, and nothing before', () => {
    const { timing } = profiles.lab
    const { seen, firing } = floorOf(timing, livenessClock(timing))
    expect(floorOf(timing, livenessClock(timing), notificationOutage([step('stop', 'responder')]))).toEqual({
      seen,
      firing,
      received: { minMs: 15_000, meanMs: 15_000, maxMs: 15_000 },
    })
    expect(
      floorOf(timing, livenessClock(timing), notificationOutage([step('slow-rule', 'prometheus')])).received,
    ).toEqual({
      minMs: 0,
      meanMs: 2_500,
      maxMs: 5_000,
    })
    // By the time that one fires, Prometheus has found Alertmanager again.
    const late = { forMs: 10_000, evaluationMs: 1_000 }
    expect(floorOf(timing, late, notificationOutage([step('slow-rule', 'prometheus')]))).toEqual(floorOf(timing, late))
  })
})
