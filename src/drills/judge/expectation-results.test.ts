import { describe, expect, it } from 'vitest'
import type { expectations } from '../expectations/expectations.ts'
import { readExpectations } from './expectation-results.ts'
import type { Facts } from './facts.ts'
import { DOWN, factsAt, incidentAt, lookAt, ZERO_MS } from './test-facts.ts'

type Prepare = (facts: Facts) => void

function resultOf(kind: keyof typeof expectations, prepare: Prepare) {
  const facts = factsAt(10_000)
  prepare(facts)
  return readExpectations(facts).find((one) => one.kind === kind)
}

const sample =
  (atMs: number, value: number): Prepare =>
  ({ observations }) => {
    const [metric] = observations.metrics
    if (metric) observations.addSamples(metric, [{ labels: {}, samples: [{ atMs: ZERO_MS + atMs, value }] }])
  }
const alert =
  (activeMs: number, state: 'pending' | 'firing', labels: Record<string, string> = DOWN): Prepare =>
  ({ observations }) =>
    observations.addRuleAlerts([{ labels, state, activeAtMs: ZERO_MS + activeMs }], ZERO_MS + activeMs + 60)
const action =
  (actedMs: number, target = 'store-1', ok = true): Prepare =>
  ({ observations }) => {
    const decision = { action: 'restart', target, reason: 'policy' }
    const times = { actingAtMs: ZERO_MS + 310, actedAtMs: ZERO_MS + actedMs, actionOk: ok }
    const { actionOk, ...span } = times
    const actions = [{ action: 'restart', target, ok: actionOk, ...span }]
    observations.incidents = [incidentAt(300, { decision, actions, ...times })]
  }
/** Of an injector that takes 200 ms to acknowledge what it has done. */
const actionBeforeAcknowledged: Prepare = (facts) => {
  action(700)(facts)
  const askedAtMs = ZERO_MS - 200
  Object.assign(facts, { injected: facts.injected.map((one) => ({ ...one, askedAtMs })) })
  for (const incident of facts.observations.incidents) incident.receivedAtMs = ZERO_MS - 29
}
const looks =
  (...rows: [number, 'good' | 'bad' | 'unknown'][]): Prepare =>
  ({ observations }) => {
    for (const [atMs, state] of rows) observations.steady.add(lookAt(atMs, state))
  }
const nothing: Prepare = () => undefined

describe('readExpectations', () => {
  it.each<[string, keyof typeof expectations, Prepare, boolean, string]>([
    ['a sample in time', 'metric', sample(900, 0), true, 'a sample of 0'],
    ['a sample too late', 'metric', sample(1_100, 0), false, 'too late, after 1.10 s: a sample of 0'],
    ['another sample', 'metric', sample(900, 1), false, 'no such sample; the last was 1'],
    ['no sample', 'metric', nothing, false, 'no sample at all'],
    ['an alert in time', 'alert', alert(400, 'firing'), true, 'Prometheus; Alertmanager has not shown it'],
    ['an alert that stayed pending', 'alert', alert(400, 'pending'), false, 'it was pending, and never fired'],
    [
      'an alert of another service',
      'alert',
      alert(400, 'firing', { ...DOWN, service: 'worker' }),
      false,
      'it was never active',
    ],
    ['an alert from before the injection', 'alert', alert(-5_000, 'firing'), false, 'it was never active'],
    ['an action on the replica', 'action', action(700), true, 'incident i-1'],
    [
      'an action received before the injection was acknowledged',
      'action',
      actionBeforeAcknowledged,
      true,
      'incident i-1',
    ],
    ['an action on the service', 'action', action(700, 'store'), true, 'incident i-1'],
    [
      'an action on another',
      'action',
      action(700, 'store-front-1'),
      false,
      'not decided; instead: restart store-front-1',
    ],
    ['an action that failed', 'action', action(700, 'store-1', false), false, 'the action failed'],
    ['an action too late', 'action', action(2_001), false, 'too late, after 2.00 s: incident i-1'],
    ['no incident', 'action', nothing, false, 'not decided; no incident'],
    ['good again in time', 'steady', looks([50, 'bad'], [2_000, 'good']), true, 'every steady-state probe stayed good'],
    [
      'good again too late',
      'steady',
      looks([50, 'bad'], [3_000, 'good']),
      false,
      'too late, after 3.00 s: every steady-state probe stayed good',
    ],
    [
      'good, bad and good again too late',
      'steady',
      looks([50, 'bad'], [900, 'good'], [1_500, 'bad'], [4_000, 'good']),
      false,
      'too late, after 4.00 s: every steady-state probe stayed good',
    ],
    ['still bad', 'steady', looks([50, 'bad']), false, 'ready: bad'],
    ['never left', 'steady', looks([50, 'good']), true, 'the steady state was never left'],
    ['not known', 'steady', looks([50, 'unknown']), false, 'ready: unknown'],
    ['only the expected alert', 'noOtherAlert', alert(400, 'firing'), true, 'no other alert fired'],
    ['another one pending', 'noOtherAlert', alert(400, 'pending', { alertname: 'Odd' }), true, 'no other alert fired'],
    ['another one', 'noOtherAlert', alert(400, 'firing', { alertname: 'Odd', a: 'b' }), false, 'Odd{a="b"}'],
    [
      'the expected one, before the injection',
      'noOtherAlert',
      alert(-5_000, 'firing'),
      false,
      'ServiceDown{service="store", instance="store-1"}',
    ],
    ['the watchdog', 'noOtherAlert', alert(-5_000, 'firing', { alertname: 'Watchdog' }), true, 'no other alert fired'],
  ])('judges %s', (_, kind, prepare, met, observed) => {
    expect(resultOf(kind, prepare)).toMatchObject({ met, observed })
  })

  it('puts the floor beside what the monitoring decides, and nothing beside the rest', () => {
    const floors = readExpectations(factsAt(0)).map(({ floor }) => floor?.maxMs ?? null)
    expect(floors).toEqual([500, 600, 600, null, null])
  })
})
