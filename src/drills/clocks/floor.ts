import type { DurationRange } from '../../base/units/duration-range.ts'
import type { AlertRule } from '../../probes/prometheus.ts'
import type { Routing } from '../../routing/routing.ts'
import type { Timing } from '../../stack/profile.ts'
import type { Floor, Span } from '../journal/schema/floor.ts'

/** The clock of the rule that is expected to fire, in milliseconds. */
export interface RuleClock {
  forMs: number
  evaluationMs: number
  /** How long a failure lasts before the next scrape can make the expression hold. Default: no time. */
  shows?: DurationRange
  /** How long Alertmanager waits before it first notifies, by the routes that take the alert. Default: that of the timing. */
  groupWait?: DurationRange
}

/** The clocks of a run: the monitoring's intervals, its alert rules, and the floor of the first alert that the drill expects. */
export interface RunClocks {
  timing: Timing
  alertRules: readonly AlertRule[]
  /** Where Alertmanager sends alerts; missing where that is not known. */
  routing?: Routing | undefined
  floor: Floor
}

const AT_ONCE: Span = { minMs: 0, meanMs: 0, maxMs: 0 }

/**
 * The floor of a failure that is as bad as can be, and shows in the next scrape:
 *
 *   seen      U(0, scrape)
 *   firing    seen + U(shows) + U(0, evaluation) + ceil(for / evaluation) · evaluation
 *   received  firing + group wait of its route, and not before `outage`, in which faults block notifications, is over
 *
 * `for` is only looked at when the rule is evaluated, so it costs whole evaluations. Two things are not counted: a target
 * that hangs is seen up to one scrape timeout (= one scrape interval) later than one that refuses; and an alert whose
 * group Alertmanager still keeps from a moment ago (a drill right after another) waits for the group interval instead of
 * the group wait. See docs/decisions/0003-profiles.md.
 */
export function floorOf(timing: Pick<Timing, 'scrapeMs' | 'groupWaitMs'>, rule: RuleClock, outage = AT_ONCE): Floor {
  const seen = uniform(timing.scrapeMs)
  const heldMs = Math.ceil(rule.forMs / rule.evaluationMs) * rule.evaluationMs
  const { minMs, maxMs } = rule.shows ?? { minMs: 0, maxMs: 0 }
  const shown = plus(seen, { minMs, meanMs: (minMs + maxMs) / 2, maxMs })
  const { minMs: leastMs, maxMs: mostMs } = rule.groupWait ?? { minMs: timing.groupWaitMs, maxMs: timing.groupWaitMs }
  const wait = { minMs: leastMs, meanMs: (leastMs + mostMs) / 2, maxMs: mostMs }
  const firing = later(plus(shown, uniform(rule.evaluationMs)), heldMs)
  return { seen, firing, received: latest(plus(firing, wait), outage) }
}

/** The clock of the liveness rules, for when Prometheus cannot be asked which rule it is. */
export function livenessClock(timing: Pick<Timing, 'livenessEvaluationMs' | 'refusedForMs'>): RuleClock {
  return { forMs: timing.refusedForMs, evaluationMs: timing.livenessEvaluationMs }
}

export function uniform(toMs: number): Span {
  return { minMs: 0, meanMs: toMs / 2, maxMs: toMs }
}

function plus(a: Span, b: Span): Span {
  return { minMs: a.minMs + b.minMs, meanMs: a.meanMs + b.meanMs, maxMs: a.maxMs + b.maxMs }
}

function later(span: Span, ms: number): Span {
  return plus(span, { minMs: ms, meanMs: ms, maxMs: ms })
}

/** When both have happened. Its mean is a lower bound. */
export function latest(a: Span, b: Span): Span {
  return { minMs: Math.max(a.minMs, b.minMs), meanMs: Math.max(a.meanMs, b.meanMs), maxMs: Math.max(a.maxMs, b.maxMs) }
}
