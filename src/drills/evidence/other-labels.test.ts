import { describe, expect, it } from 'vitest'
import { factsAt } from '../judge/test-facts.ts'
import { Observations } from './observations.ts'
import { otherLabels } from './other-labels.ts'
import { SteadyRecord } from './steady-record.ts'

const NOW = 10_000

/** One alert, with the labels that Prometheus shows, and with those that Alertmanager has. */
function evidence(own: Record<string, string>, there: Record<string, string>, more: object = {}) {
  const observations = new Observations(new SteadyRecord([], 0), [])
  observations.addRuleAlerts([{ labels: own, state: 'firing', activeAtMs: 1_000 }], 2_000)
  observations.addHeldAlerts([{ labels: there, startsAtMs: 1_000, updatedAtMs: 1_000, status: 'active' }], 2_000)
  return { ...factsAt(NOW), zeroMs: 500, observations, ...more }
}

const OWN = { alertname: 'ShopDown', job: 'shop' }
const THERE = { ...OWN, cluster: 'eu-1' }
const wanted = (labels: Record<string, string>) => ({ alert: 'ShopDown', labels })

describe('an alert that Alertmanager has with other labels than are named by hand', () => {
  it('is named where it got them on its way, with what it has and what is named', () => {
    expect(otherLabels(wanted({ cluster: 'eu-2' }), evidence(OWN, THERE))).toBe(
      'it reached Alertmanager with {cluster="eu-1"}, which it got on its way there, and {cluster="eu-2"} is named',
    )
  })

  it('is named where the scope of the system has another value', () => {
    const alertScope = { scope: { cluster: 'eu-2' }, ignore: [] }
    expect(otherLabels(wanted({}), evidence(OWN, THERE, { alertScope }))).toContain('{cluster="eu-2"} is named')
  })

  it('is named where Prometheus shows what it adds, so that its alerts are known with it', () => {
    const sent = { external: { cluster: 'eu-1' }, rules: [] }
    const rule = { alert: 'ShopDown', expr: 'up == 0', forMs: 0, evaluationMs: 1_000, labels: {}, sent }
    expect(otherLabels(wanted({ cluster: 'eu-2' }), evidence(THERE, THERE, { alertRules: [rule] }))).toContain('eu-1')
  })

  it.each([
    ['it is the one that is wanted', { cluster: 'eu-1' }, OWN],
    ['its series have the label', { cluster: 'eu-2' }, THERE],
    ['another label differs as well', { cluster: 'eu-2', job: 'other' }, OWN],
  ])('is nothing where %s', (_, labels, own) => {
    expect(otherLabels(wanted(labels), evidence(own, THERE))).toBeUndefined()
  })
})
