import type { HeldAlert } from '../../probes/alertmanager.ts'
import type { Labels } from '../../probes/prometheus.ts'
import { routingOf } from '../../routing/test-routing.ts'
import type { Facts } from '../judge/facts.ts'
import { factsAt, ZERO_MS } from '../judge/test-facts.ts'
import type { Expectation } from './expectation.ts'

/** Routes with three receivers; critical alerts wait 2 s, others 1 s. */
export const ROUTING = routingOf(
  `
route:
  receiver: chat
  group_wait: 1s
  routes:
    - { receiver: pager, matchers: [severity=critical], group_wait: 2s }
    - { receiver: mail, matchers: [team=web], mute_time_intervals: [always] }
`,
  `time_intervals: [{ name: always, time_intervals: [{ months: ['1:12'] }] }]
inhibit_rules: [{ source_matchers: [alertname=Down], target_matchers: [severity=info], equal: [service] }]`,
)

/** What Alertmanager had at each look, by milliseconds since the injection. */
export type Looks = readonly [atMs: number, held: readonly HeldAlert[]][]

export const held = (labels: Labels, more: Partial<HeldAlert> = {}): HeldAlert => ({
  labels,
  startsAtMs: ZERO_MS + 500,
  updatedAtMs: ZERO_MS + 600,
  status: 'active',
  ...more,
})

export const heldBackBy = (...names: string[]): Partial<HeldAlert> => ({
  status: 'suppressed',
  suppression: { inhibitedBy: names.map((alertname) => ({ alertname })), silencedBy: [], mutedBy: [] },
})

export const silencedBy = (...ids: string[]): Partial<HeldAlert> => ({
  status: 'suppressed',
  suppression: { inhibitedBy: [], silencedBy: ids, mutedBy: [] },
})

/** What an expectation sees of these looks, `nowMs` after the injection. */
export function seen(expectation: Expectation, nowMs: number, looks: Looks) {
  return seenIn(factsOf(nowMs, looks), expectation)
}

export function factsOf(nowMs: number, looks: Looks): Facts {
  const facts = { ...factsAt(nowMs), routing: ROUTING }
  for (const [atMs, alerts] of looks) facts.observations.addHeldAlerts(alerts, ZERO_MS + atMs)
  return facts
}

export function seenIn(facts: Facts, expectation: Expectation) {
  const { atMs, ...observed } = expectation.see(facts)
  return { ...observed, atMs: atMs === null ? null : atMs - ZERO_MS, samples: expectation.samples(facts) }
}
