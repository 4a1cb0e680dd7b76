import type { DurationRange } from '../base/duration-range.ts'
import type { Timing } from '../stack/profile.ts'

/** Milliseconds since injection. */
export interface Span {
  minMs: number
  meanMs: number
  maxMs: number
}

/** What the monitoring's own clock costs, whatever the system does: no measured time can be less than `minMs` of its floor. */
export interface Floor {
  seen: Span
  firing: Span
  received: Span
}

/** The clock of the rule that is expected to fire, in milliseconds. */
export interface RuleClock {
  forMs: number
  evaluationMs: number
  /** How long a failure lasts before the next scrape can make the expression hold. Default: no time. */
  shows?: DurationRange
}

/** What a drill does to the way from Prometheus to the responder itself, in milliseconds. */
export interface Way {
  /** How long nothing gets through, since injection. */
  closedMs: number
  /** How long it may take Prometheus to find Alertmanager again. */
  searchMs: number
}

const openWay: Way = { closedMs: 0, searchMs: 0 }

/**
 * The floor of a failure that is as bad as can be, and shows in the next scrape:
 *
 *   seen      U(0, scrape)
 *   firing    seen + U(shows) + U(0, evaluation) + ceil(for / evaluation) · evaluation
 *   received  firing + group wait + U(0, search), and not before the way is open
 *
 * `for` is only looked at when the rule is evaluated, so it costs whole evaluations. Two things are left out: a target
 * that hangs is seen up to one scrape timeout (= one scrape interval) later than one that refuses; and an alert whose
 * group Alertmanager still keeps from a moment ago (a drill right after another) waits for the group interval instead of
 * the group wait. See docs/decisions/0003-profiles.md.
 */
export function floorOf(timing: Pick<Timing, 'scrapeMs' | 'groupWaitMs'>, rule: RuleClock, way = openWay): Floor {
  const seen = uniform(timing.scrapeMs)
  const heldMs = Math.ceil(rule.forMs / rule.evaluationMs) * rule.evaluationMs
  const { minMs, maxMs } = rule.shows ?? { minMs: 0, maxMs: 0 }
  const shown = plus(seen, { minMs, meanMs: (minMs + maxMs) / 2, maxMs })
  const firing = later(plus(shown, uniform(rule.evaluationMs)), heldMs)
  const received = plus(later(firing, timing.groupWaitMs), uniform(way.searchMs))
  return { seen, firing, received: atLeast(received, way.closedMs) }
}

/** The clock of the liveness rules, for when Prometheus cannot be asked which rule it is. */
export function livenessClock(timing: Pick<Timing, 'livenessEvaluationMs' | 'refusedForMs'>): RuleClock {
  return { forMs: timing.refusedForMs, evaluationMs: timing.livenessEvaluationMs }
}

function uniform(toMs: number): Span {
  return { minMs: 0, meanMs: toMs / 2, maxMs: toMs }
}

function plus(a: Span, b: Span): Span {
  return { minMs: a.minMs + b.minMs, meanMs: a.meanMs + b.meanMs, maxMs: a.maxMs + b.maxMs }
}

function later(span: Span, ms: number): Span {
  return plus(span, { minMs: ms, meanMs: ms, maxMs: ms })
}

function atLeast(span: Span, ms: number): Span {
  return { minMs: Math.max(span.minMs, ms), meanMs: Math.max(span.meanMs, ms), maxMs: Math.max(span.maxMs, ms) }
}
