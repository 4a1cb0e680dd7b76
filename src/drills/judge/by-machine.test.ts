import { describe, expect, it } from 'vitest'
import { otherAlerts } from '../evidence/other-alerts.ts'
import type { OtherAlert } from '../journal/schema/alert.ts'
import type { MachineSample } from '../journal/schema/machine.ts'
import { firedByMachine, machineNext, missedByMachine, widenedBounds } from './by-machine.ts'
import { readExpectations } from './expectation-results.ts'
import type { Facts } from './facts.ts'
import { factsAt, incidentAt, ZERO_MS } from './test-facts.ts'

/** Samples of half a second from 5 s before zero to 10 s behind it, each late by that share of its time. */
function late(share: (atMs: number) => number): MachineSample[] {
  return Array.from({ length: 30 }, (_, index) => {
    const atMs = -4_500 + index * 500
    const rest = { stalledMs: null, oursMs: null, othersMs: null, stolenMs: null, loopLateMs: 0 }
    return { atMs: ZERO_MS + atMs, forMs: 500, lateMs: 500 * share(atMs), ...rest }
  })
}

/** The responder has restarted the store so long after zero; the drill allows 2 s. */
function acted(actedMs: number, samples: MachineSample[], widens = false): Facts {
  const facts = { ...factsAt(10_000), machine: { samples, widens } }
  const action = {
    action: 'restart',
    target: 'store-1',
    actingAtMs: ZERO_MS + 310,
    actedAtMs: ZERO_MS + actedMs,
    ok: true,
  }
  facts.observations.incidents = [incidentAt(300, { actions: [action] })]
  return facts
}
const actionOf = (facts: Facts) => {
  const result = readExpectations(facts).find(({ kind }) => kind === 'action')
  if (result === undefined) throw new Error('the drill expects an action')
  return result
}

describe('missedByMachine', () => {
  it('blames the machine for a bound that was missed by less than it was late', () => {
    const facts = acted(
      2_800,
      late(() => 0.4),
    )
    expect(missedByMachine(actionOf(facts), facts)).toBe(
      'acted: restart store by responder (too late, after 2.80 s: incident i-1): 800 ms over its bound, and the machine was late by 1.12 s of these 2.80 s',
    )
  })

  it.each([
    ['the machine was quiet', () => 0],
    ['the machine was late by less than the miss', () => 0.2],
    ['the machine was late before the injection only', (atMs: number) => (atMs <= 0 ? 1 : 0)],
    ['the machine was late afterwards only', (atMs: number) => (atMs > 3_000 ? 1 : 0)],
  ])('blames the system when %s', (_, share) => {
    const facts = acted(2_800, late(share))
    expect(missedByMachine(actionOf(facts), facts)).toBeUndefined()
  })

  it('blames the system for what never came, as long as it was watched for much longer than the machine was late', () => {
    const facts = acted(
      9_999_999,
      late(() => 0.4),
    )
    facts.observations.incidents = []
    expect(missedByMachine(actionOf(facts), facts)).toBeUndefined()
    const soon = { ...facts, nowMs: ZERO_MS + 2_600 }
    expect(missedByMachine(actionOf(soon), soon)).toContain('600 ms over its bound')
  })
})

describe('a bound on a busy machine', () => {
  it('widens by what the machine was late, where that is accepted, and the journal says so', () => {
    const result = actionOf(
      acted(
        2_800,
        late(() => 0.4),
        true,
      ),
    )
    expect(result).toMatchObject({ met: true, withinMs: 2_000, lateMs: 1_120 })
    expect(widenedBounds([result])).toEqual([
      'acted: restart store by responder: 800 ms over its bound, and the machine was late by 1.12 s of these 2.80 s',
    ])
  })

  it('widens by no more than that, and by no more than its own length', () => {
    expect(
      actionOf(
        acted(
          2_800,
          late(() => 0.2),
          true,
        ),
      ).met,
    ).toBe(false)
    expect(
      actionOf(
        acted(
          3_900,
          late(() => 1),
          true,
        ),
      ).met,
    ).toBe(true)
    expect(
      actionOf(
        acted(
          4_100,
          late(() => 1),
          true,
        ),
      ).met,
    ).toBe(false)
  })

  it('does not widen on a quiet machine, nor unasked', () => {
    expect(
      actionOf(
        acted(
          2_001,
          late(() => 0),
          true,
        ),
      ).met,
    ).toBe(false)
    expect(
      actionOf(
        acted(
          2_001,
          late(() => 1),
        ),
      ).met,
    ).toBe(false)
    expect(
      widenedBounds([
        actionOf(
          acted(
            1_900,
            late(() => 1),
            true,
          ),
        ),
      ]),
    ).toEqual([])
  })
})

describe('what helps where the machine was too busy', () => {
  const alerts = [{ alertname: 'HostHighCPU' }] as unknown as OtherAlert[]
  it.each([
    ['a bound was missed', { missed: [{ withinMs: 2_000 }], alerts: [], widened: false }, true],
    ['an alert of the machine fired', { missed: [], alerts, widened: false }, true],
    ['what has no bound was missed', { missed: [{ withinMs: null }], alerts: [], widened: false }, false],
    ['an alert fired that nobody expects', { missed: [], alerts: [], widened: false }, false],
    ['a busy machine was accepted already', { missed: [{ withinMs: 2_000 }], alerts, widened: true }, false],
  ])('is --busy only where that changes what is judged: %s', (_, given, isNamed) => {
    expect(machineNext(given).includes('--busy')).toBe(isNamed)
  })
})

describe('firedByMachine', () => {
  const fired = (samples: MachineSample[]) => {
    const facts = { ...factsAt(10_000), machine: { samples, widens: false } }
    const labels = { alertname: 'APIHighLatency', service: 'store' }
    const alert = { labels, state: 'firing', activeAtMs: ZERO_MS + 5_000 } as const
    facts.observations.addRuleAlerts([alert], ZERO_MS + 5_500)
    const [other] = otherAlerts(facts).unexpected
    return other === undefined ? 'expected' : firedByMachine(other, facts)
  }

  it('blames the machine for an alert when it was late for much of what the rule looked at', () => {
    expect(fired(late(() => 0.5))).toBe(
      'alert APIHighLatency{service="store"}: the machine was late by 1.25 s of these 2.50 s',
    )
  })

  it('blames the system for one on a quiet machine, or long after it was busy', () => {
    expect(fired(late(() => 0))).toBeUndefined()
    expect(fired(late((atMs) => (atMs < 2_000 ? 1 : 0)))).toBeUndefined()
  })
})
