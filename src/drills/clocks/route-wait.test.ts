import { describe, expect, it } from 'vitest'
import { routingOf } from '../../routing/test-routing.ts'
import { profiles } from '../../stack/profile.ts'
import { groupWaitOf } from './route-wait.ts'
import { clockFor, evaluationMsOf } from './rule-clocks.ts'

const routing = routingOf(`
route:
  receiver: all
  group_wait: 30s
  routes:
    - { receiver: copy, group_wait: 45s, continue: true }
    - { receiver: nobody, matchers: [severity=none], group_wait: 0s }
    - { receiver: pager, matchers: [severity=critical], group_wait: 5s }
    - { receiver: shop, matchers: [job=shop], group_wait: 10s }
`)
const rule = (alert: string, labels: Record<string, string>, expr = 'up == 0', evaluationMs = 1_000) => ({
  alert,
  expr,
  forMs: 2_000,
  evaluationMs,
  labels,
})
const waitOf = (
  labels: Record<string, string>,
  wanted: Record<string, string> = {},
  expr?: string,
  receiver?: string,
) => groupWaitOf({ alert: 'A', labels: wanted }, { alertRules: [rule('A', labels, expr)], routing }, receiver)

describe('how long Alertmanager waits with an alert', () => {
  it.each([
    ['is that of its own route', { severity: 'critical' }, {}, undefined, { minMs: 5_000, maxMs: 5_000 }],
    ['is that of the labels that are wanted', {}, { severity: 'critical' }, undefined, { minMs: 5_000, maxMs: 5_000 }],
    [
      'is that of the labels of its expression',
      { severity: 'info' },
      {},
      'up{job="shop"} == 0',
      { minMs: 10_000, maxMs: 10_000 },
    ],
    [
      'has two ends where the route is not known',
      { severity: 'info' },
      {},
      undefined,
      { minMs: 10_000, maxMs: 45_000 },
    ],
    [
      'does not count a receiver that does nothing',
      { severity: 'none' },
      {},
      undefined,
      { minMs: 45_000, maxMs: 45_000 },
    ],
  ])('%s', (_, labels, wanted, expr, expected) => {
    expect(waitOf(labels as Record<string, string>, wanted as Record<string, string>, expr)).toEqual(expected)
  })

  it('can be asked of one receiver', () => {
    expect(waitOf({ severity: 'critical' }, {}, undefined, 'copy')).toEqual({ minMs: 45_000, maxMs: 45_000 })
    expect(waitOf({ severity: 'critical' }, {}, undefined, 'shop')).toBeUndefined()
  })

  it('is part of the clock of the alert that is expected', () => {
    const { timing } = profiles.lab
    const alertRules = [rule('A', { severity: 'critical' })]
    const wanted = { alert: 'A', labels: {} }
    expect(clockFor(wanted, { timing, alertRules, routing }).groupWait).toEqual({ minMs: 5_000, maxMs: 5_000 })
    expect(clockFor(wanted, { timing, alertRules }).groupWait).toBeUndefined()
  })
})

describe('how often the rule of an alert is evaluated', () => {
  it.each([
    ['is that of the slowest rule that can fire it', { alert: 'A', labels: { team: 'x' } }, 5_000],
    ['is that of all rules where no alert is expected', undefined, profiles.lab.timing.livenessEvaluationMs],
    ['is that of all rules where none is known', { alert: 'B', labels: {} }, profiles.lab.timing.livenessEvaluationMs],
  ])('%s', (_, wanted, expected) => {
    const alertRules = [
      rule('A', { team: 'x' }),
      rule('A', { team: 'x' }, 'up == 0', 5_000),
      rule('A', { team: 'y' }, 'up == 0', 60_000),
    ]
    expect(evaluationMsOf(wanted, { timing: profiles.lab.timing, alertRules })).toBe(expected)
  })
})
