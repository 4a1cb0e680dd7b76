import { describe, expect, it } from 'vitest'
import { DOWN, incidentAt, ZERO_MS } from '../judge/test-facts.ts'
import { firing, type Prepare, resultOf } from './test-evidence.ts'

const ALONE = 'Prometheus; Alertmanager has not shown it'
const NOT_THERE = 'it fired, but it has not reached Alertmanager: nobody is notified'

describe('alert', () => {
  it.each<[string, Prepare, boolean, string]>([
    ['an alert in time', firing(400, 'firing'), true, ALONE],
    ['an alert that Alertmanager has not shown', firing(400, 'firing', DOWN, 3_000), false, NOT_THERE],
    ['an alert that ended before Alertmanager could show it', firing(400, 'firing', DOWN, 1_000), true, ALONE],
    ['an alert that stayed pending', firing(400, 'pending'), false, 'it was pending, and never fired'],
    [
      'an alert of another service',
      firing(400, 'firing', { ...DOWN, service: 'worker' }),
      false,
      'it was never active',
    ],
    ['an alert from before the injection', firing(-5_000, 'firing'), false, 'it was never active'],
  ])('judges %s', (_, prepare, met, observed) => {
    expect(resultOf('alert', prepare)).toMatchObject({ met, observed })
  })

  it.each([
    [
      'silenced',
      { silencedBy: ['s-1'], inhibitedBy: [], mutedBy: [] },
      false,
      'it fired, silenced by s-1: nobody was notified',
    ],
    [
      'muted',
      { silencedBy: [], inhibitedBy: [], mutedBy: ['nights'] },
      false,
      'it fired, muted by nights: nobody was notified',
    ],
    [
      'inhibited, as the system has it',
      { silencedBy: [], inhibitedBy: [{ alertname: 'Up' }], mutedBy: [] },
      true,
      'startsAt in Alertmanager',
    ],
  ])('is judged only where nobody has kept it from notifying: %s', (_, suppression, tried, observed) => {
    const held: Prepare = ({ observations }) =>
      observations.addHeldAlerts([
        { labels: DOWN, startsAtMs: ZERO_MS + 405, updatedAtMs: ZERO_MS + 410, status: 'suppressed', suppression },
      ])
    expect(resultOf('alert', firing(400, 'firing'), held)).toMatchObject({ met: tried, tried, observed })
  })

  it('is what Prometheus says where the drill itself breaks Alertmanager', () => {
    const breaks: Prepare = (facts) =>
      Object.assign(facts, {
        injected: facts.injected.map((one) => ({ ...one, step: { ...one.step, target: { service: 'alertmanager' } } })),
      })
    expect(resultOf('alert', breaks, firing(400, 'firing', DOWN, 3_000))).toMatchObject({ met: true, observed: ALONE })
  })

  it('says why an alert that waits for an `up` of 0 did not see a target that was lost', () => {
    const lost =
      (expr: string): Prepare =>
      (facts) => {
        const rule = { alert: 'ServiceDown', expr, labels: {}, forMs: 0, evaluationMs: 1_000 }
        const injected = facts.injected.map((one) => ({ ...one, step: { ...one.step, fault: 'lose' } }))
        Object.assign(facts, { alertRules: [rule], injected })
      }
    const observed = (...prepare: Prepare[]) => resultOf('alert', ...prepare)?.observed
    expect(observed(lost('up{service="store"} == 0'))).toContain('lose takes the target away: its `up` ends')
    expect(observed(lost('count(up{service="store"}) < 2'))).toBe('it was never active')
    expect(observed(lost('up{service="store"} == 0'), firing(400, 'pending'))).toBe('it was pending, and never fired')
  })

  it('is judged by what Prometheus, Alertmanager and the webhook saw, in order', () => {
    const incident: Prepare = ({ observations }) => {
      observations.addHeldAlerts([
        { labels: DOWN, startsAtMs: ZERO_MS + 405, updatedAtMs: ZERO_MS + 410, status: 'active' },
      ])
      observations.incidents = [incidentAt(450)]
    }
    expect(resultOf('alert', firing(400, 'firing'), incident)).toMatchObject({
      atMs: ZERO_MS + 405,
      observed: 'startsAt in Alertmanager',
      samples: [
        { source: 'Prometheus', value: 'pending', passes: false },
        { source: 'Alertmanager', value: 'firing, active', passes: true },
        { source: 'webhook, incident i-1', value: 'firing', passes: true },
        { source: 'Prometheus', value: 'firing', passes: true },
      ],
    })
  })
})
