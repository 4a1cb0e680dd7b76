import { describe, expect, it } from 'vitest'
import { Observations } from './observations.ts'
import { SteadyRecord } from './steady-record.ts'

const observed = () => new Observations(new SteadyRecord([], 0), [])
const labels = { alertname: 'A', service: 'store' }
const series = (alertstate: string, ...times: number[]) => ({
  labels: { __name__: 'ALERTS', alertstate, ...labels },
  samples: times.map((atMs) => ({ atMs, value: 1 })),
})

describe('Observations', () => {
  it('keeps one alert over many looks, with the first moment it was seen firing', () => {
    const made = observed()
    made.addRuleAlerts([{ labels, state: 'pending', activeAtMs: 100 }], 150)
    made.addRuleAlerts([{ labels, state: 'firing', activeAtMs: 100 }], 250)
    made.addRuleAlerts([{ labels, state: 'firing', activeAtMs: 100 }], 350)
    expect(made.ruleAlerts).toEqual([{ labels, activeAtMs: 100, firedAtMs: 250, lastSeenAtMs: 350 }])
    made.addRuleAlerts([], 450)
    expect(made.activeNow).toEqual([])
    expect(made.ruleAlerts).toHaveLength(1)
  })

  it('finds an alert in the samples that came and went between two looks, also one that was active before', () => {
    const made = observed()
    made.addAlertSamples([series('pending', 90, 200), series('firing', 300, 400)], 100)
    expect(made.ruleAlerts).toEqual([{ labels, activeAtMs: 90, firedAtMs: 300, lastSeenAtMs: 400 }])
  })

  it('does not count one twice that was seen both ways', () => {
    const made = observed()
    made.addRuleAlerts([{ labels, state: 'firing', activeAtMs: 200 }], 340)
    made.addAlertSamples([series('firing', 200, 300)], 100)
    expect(made.ruleAlerts).toEqual([{ labels, activeAtMs: 200, firedAtMs: 200, lastSeenAtMs: 340 }])
  })

  it('keeps of an alert that only its samples show that Prometheus sends it to nobody', () => {
    const made = observed()
    made.addAlertSamples([{ ...series('firing', 200, 300), dropped: true }], 100)
    expect(made.ruleAlerts).toMatchObject([{ labels, firedAtMs: 200, dropped: true }])
  })

  it('leaves the watchdog out', () => {
    const made = observed()
    const watchdog = { alertname: 'Watchdog' }
    made.addRuleAlerts([{ labels: watchdog, state: 'firing', activeAtMs: 1 }], 2)
    made.addHeldAlerts([{ labels: watchdog, startsAtMs: 1, updatedAtMs: 2, status: 'active' }])
    expect([made.activeNow, made.ruleAlerts, made.heldAlerts]).toEqual([[], [], []])
  })

  it('keeps the first updatedAt of an alert in Alertmanager, and counts a second firing as another alert', () => {
    const made = observed()
    made.addHeldAlerts([{ labels, startsAtMs: 100, updatedAtMs: 105, status: 'active' }])
    made.addHeldAlerts([{ labels, startsAtMs: 100, updatedAtMs: 900, status: 'active' }])
    made.addHeldAlerts([{ labels, startsAtMs: 2_000, updatedAtMs: 2_004, status: 'active' }])
    expect(made.heldAlerts.map(({ updatedAtMs }) => updatedAtMs)).toEqual([105, 2_004])
  })

  it('takes only samples later than those that were there before, and the earliest that passes', () => {
    const metric = { metric: 'up', text: 'up == 0', passes: (value: number) => value === 0, afterMs: 100, changes: [] }
    const made = new Observations(new SteadyRecord([], 0), [metric])
    const [watched] = made.metrics
    if (watched === undefined) throw new Error('there is one')
    const of = (instance: string, ...pairs: [number, number][]) => ({
      labels: { instance },
      samples: pairs.map(([atMs, value]) => ({ atMs, value })),
    })
    made.addSamples(watched, [of('a', [100, 0], [300, 0], [400, 0]), of('b', [250, 0], [500, 1])])
    expect(watched.hit).toEqual({ atMs: 250, value: 0, labels: { instance: 'b' } })
    expect(watched.last?.atMs).toBe(500)
  })
})
