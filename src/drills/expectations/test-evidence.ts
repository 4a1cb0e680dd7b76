import type { ExpectationResult } from '../journal/schema/expectation-result.ts'
import { readExpectations } from '../judge/expectation-results.ts'
import type { Facts } from '../judge/facts.ts'
import { DOWN, factsAt, incidentAt, lookAt, ZERO_MS } from '../judge/test-facts.ts'

/** What happens in a run that a test makes up. */
export type Prepare = (facts: Facts) => void

/** The result of the expectation of that kind, 10 s after the injection of a run in which only that happened. */
export function resultOf(kind: string, ...prepare: Prepare[]): ExpectationResult | undefined {
  const facts = factsAt(10_000)
  for (const happen of prepare) happen(facts)
  return readExpectations(facts).find((result) => result.kind === kind)
}

export const sampled =
  (atMs: number, value: number): Prepare =>
  ({ observations }) => {
    const [metric] = observations.metrics
    if (metric) observations.addSamples(metric, [{ labels: {}, samples: [{ atMs: ZERO_MS + atMs, value }] }])
  }
export const firing =
  (activeMs: number, state: 'pending' | 'firing', labels: Record<string, string> = DOWN, lastedMs = 0): Prepare =>
  ({ observations }) => {
    const look = { labels, state, activeAtMs: ZERO_MS + activeMs }
    observations.addRuleAlerts([look], ZERO_MS + activeMs + 60)
    if (lastedMs > 0) observations.addRuleAlerts([look], ZERO_MS + activeMs + 60 + lastedMs)
  }
export const acted =
  (actedMs: number, target = 'store-1', ok = true): Prepare =>
  ({ observations }) => {
    const decision = { action: 'restart', target, reason: 'policy' }
    const times = { actingAtMs: ZERO_MS + 310, actedAtMs: ZERO_MS + actedMs, actionOk: ok }
    const { actionOk, ...span } = times
    const actions = [{ action: 'restart', target, ok: actionOk, ...span }]
    observations.incidents = [incidentAt(300, { decision, actions, ...times })]
  }
/** Of an injector that takes 200 ms to acknowledge what it has done. */
export const actedBeforeAcknowledged: Prepare = (facts) => {
  acted(700)(facts)
  const askedAtMs = ZERO_MS - 200
  Object.assign(facts, { injected: facts.injected.map((one) => ({ ...one, askedAtMs })) })
  for (const incident of facts.observations.incidents) incident.receivedAtMs = ZERO_MS - 29
}
export const looked =
  (...rows: [number, 'good' | 'bad' | 'unknown'][]): Prepare =>
  ({ observations }) => {
    for (const [atMs, state] of rows) observations.steady.add(lookAt(atMs, state))
  }
export const nothing: Prepare = () => undefined
