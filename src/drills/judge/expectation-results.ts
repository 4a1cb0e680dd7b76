import { formatDuration } from '../../base/units/duration.ts'
import type { IncidentView } from '../../probes/incident-view.ts'
import { floorOf } from '../clocks/floor.ts'
import { quickest } from '../clocks/rule-clocks.ts'
import { type Expectation, nameExpectation, percent } from '../file/drill.ts'
import type { ExpectationResult } from '../journal/schema/expectation-result.ts'
import type { Span } from '../journal/schema/floor.ts'
import { lateBetween } from '../machine/lateness.ts'
import type { WatchedMetric } from '../watch/observations.ts'
import { askedMs, earliestMs, type Facts, firedAt, goodAgain, traceAlert } from './facts.ts'
import { heldBack } from './held-back.ts'
import { samplesOf } from './judged-samples.ts'
import { formatAlert, otherAlerts } from './other-alerts.ts'

interface Seen {
  atMs: number | null
  observed: string
  /** True when it holds although there is no moment at which it began to. */
  trivially?: boolean
}

/** Every expectation of the drill, in order, as far as is known at `facts.nowMs`. */
export function readExpectations(facts: Facts): ExpectationResult[] {
  let metrics = 0
  return facts.drill.expectations.map((expectation) => {
    const watched = expectation.kind === 'metric' ? facts.observations.metrics[metrics++] : undefined
    const seen = see(expectation, facts, watched)
    const withinMs = 'withinMs' in expectation ? expectation.withinMs : null
    const atMs = seen.atMs === null ? null : Math.max(seen.atMs, facts.zeroMs)
    const sinceInjectedMs = atMs === null ? null : atMs - facts.zeroMs
    const overdueMs = withinMs === null ? 0 : (atMs ?? facts.nowMs) - facts.zeroMs - withinMs
    const lateMs = overdueMs > 0 ? lateSince(facts, atMs ?? facts.nowMs) : 0
    const widenedMs = facts.machine?.widens && withinMs !== null ? Math.min(lateMs, withinMs) : 0
    const inTime = atMs !== null && withinMs !== null && overdueMs <= widenedMs
    const late = sinceInjectedMs !== null && !inTime ? `too late, after ${formatDuration(sinceInjectedMs)}: ` : ''
    const met = inTime || seen.trivially === true
    const result = {
      kind: expectation.kind,
      text: nameExpectation(expectation),
      withinMs,
      ...(lateMs > 0 && seen.trivially !== true ? { lateMs: Math.round(lateMs) } : {}),
      floor: floorFor(expectation, facts),
      samples: samplesOf(expectation, facts, watched),
    }
    const { cutOffAtMs } = facts
    if (cutOffAtMs !== undefined && !isDecided({ kind: expectation.kind, met, atMs, withinMs }, cutOffAtMs, facts)) {
      const after = formatDuration(Math.max(0, cutOffAtMs - facts.zeroMs))
      const observed = `the run was stopped after ${after}, before this was judged`
      return { ...result, met: false, tried: false, atMs: null, sinceInjectedMs: null, observed }
    }
    const tried = seen.observed !== NOT_COUNTED
    return { ...result, met, tried, atMs, sinceInjectedMs, observed: late + seen.observed }
  })
}

/** How late the machine was between zero and that moment, in milliseconds. */
function lateSince({ machine, zeroMs }: Facts, untilMs: number): number {
  return lateBetween(machine?.samples ?? [], zeroMs, untilMs)
}

/**
 * Whether a run that was cut off had decided it before: it had happened, or its bound had passed. What must not happen is decided
 * only by its happening, and a budget is counted over the whole run.
 */
function isDecided(
  { kind, met, atMs, withinMs }: Pick<ExpectationResult, 'kind' | 'met' | 'atMs' | 'withinMs'>,
  cutOffAtMs: number,
  { zeroMs }: Facts,
): boolean {
  if (withinMs === null) return kind === 'noOtherAlert' && !met
  return cutOffAtMs - zeroMs >= withinMs || (atMs !== null && atMs <= cutOffAtMs)
}

/** The result of an expectation of a run that ended before there was anything to observe. */
export function notReached(expectation: Expectation): ExpectationResult {
  return {
    kind: expectation.kind,
    text: nameExpectation(expectation),
    met: false,
    tried: false,
    atMs: null,
    sinceInjectedMs: null,
    withinMs: 'withinMs' in expectation ? expectation.withinMs : null,
    observed: NOT_REACHED,
    floor: null,
    samples: [],
  }
}

/** What is observed where the run ended before anything was injected. */
export const NOT_REACHED = 'the run did not come that far'

function see(expectation: Expectation, facts: Facts, watched: WatchedMetric | undefined): Seen {
  switch (expectation.kind) {
    case 'metric':
      return seeMetric(facts, watched)
    case 'alert':
      return seeAlert(expectation, facts)
    case 'action':
      return seeAction(expectation, facts)
    case 'steady':
      return seeSteady(facts)
    case 'budget':
      return seeBudget(expectation, facts)
    case 'noOtherAlert': {
      const others = otherAlerts(facts)
      const unexpected = others.unexpected.map(formatAlert)
      const quiet = others.inhibited.length === 0 ? 'no other alert fired' : 'no other alert paged'
      return { atMs: null, observed: unexpected.join(', ') || quiet, trivially: unexpected.length === 0 }
    }
  }
}

function seeMetric(facts: Facts, watched: WatchedMetric | undefined): Seen {
  const { hit, last } = watched ?? {}
  if (hit !== undefined && hit.atMs >= earliestMs(facts))
    return { atMs: hit.atMs, observed: `a sample of ${hit.value}` }
  return {
    atMs: null,
    observed: last === undefined ? 'no sample at all' : `no such sample; the last was ${last.value}`,
  }
}

function seeAlert(expectation: Expectation & { kind: 'alert' }, facts: Facts): Seen {
  const fired = firedAt(expectation, facts)
  if (fired !== undefined) return { atMs: fired.atMs, observed: fired.source }
  const { rule } = traceAlert(expectation, facts)
  return { atMs: null, observed: rule === undefined ? 'it was never active' : 'it was pending, and never fired' }
}

/** What a drill calls it when the responder gives up and tells a person. */
const ESCALATE = 'escalate'

/** Whether and when the responder did that. */
export function seeAction({ action, target }: Expectation & { kind: 'action' }, facts: Facts): Seen {
  const about = (name: string) => name === target || isReplicaOf(name, target)
  const incidents = facts.observations.incidents.filter((one) => one.receivedAtMs >= askedMs(facts))
  if (action === ESCALATE) return seeEscalation(incidents.filter((one) => about(one.target)))
  const done = incidents
    .flatMap(({ id, actions }) => actions.map((one) => ({ id, ...one })))
    .filter((one) => one.action === action && about(one.target))
  const acted = done
    .filter((one) => one.ok === true)
    .sort((one, other) => (one.actedAtMs ?? 0) - (other.actedAtMs ?? 0))[0]
  if (acted?.actedAtMs !== undefined) return { atMs: acted.actedAtMs, observed: `incident ${acted.id}` }
  if (done.some((one) => one.ok === false)) return { atMs: null, observed: 'the action failed' }
  if (done.length > 0) return { atMs: null, observed: 'begun, not ended' }
  const decisions = incidents.flatMap(({ decision }) => (decision === undefined ? [] : [decision]))
  const held = decisions.find((one) => one.action === action && about(one.target) && one.suppressed !== undefined)
  if (held !== undefined) return { atMs: null, observed: heldBack(held) }
  const others = decisions.map((one) => `${one.action} ${one.target}`.trim())
  return {
    atMs: null,
    observed: `not decided${incidents.length === 0 ? '; no incident' : `; instead: ${others.join(', ') || 'no decision'}`}`,
  }
}

function seeEscalation(incidents: readonly IncidentView[]): Seen {
  const escalated = incidents
    .filter((one) => one.escalatedAtMs !== undefined)
    .sort((one, other) => (one.escalatedAtMs ?? 0) - (other.escalatedAtMs ?? 0))[0]
  if (escalated?.escalatedAtMs === undefined) return { atMs: null, observed: 'nothing was left to a person' }
  return { atMs: escalated.escalatedAtMs, observed: `incident ${escalated.id}: ${escalated.escalation}` }
}

function isReplicaOf(replica: string, service: string): boolean {
  return replica.startsWith(`${service}-`) && /^\d+$/.test(replica.slice(service.length + 1))
}

function seeSteady(facts: Facts): Seen {
  const again = goodAgain(facts)
  if (again.kind === 'again') return { atMs: again.atMs, observed: 'every steady-state probe stayed good' }
  if (again.kind === 'never left') return { atMs: null, observed: 'the steady state was never left', trivially: true }
  return { atMs: null, observed: again.why }
}

function seeBudget({ objective, atMostRatio }: Expectation & { kind: 'budget' }, { budgets }: Facts): Seen {
  if (budgets === undefined) return { atMs: null, observed: 'it is counted at the end' }
  const events = budgets.find((one) => one.objective === objective)?.byEvents ?? undefined
  if (events === undefined) return { atMs: null, observed: NOT_COUNTED }
  const { total, failed, burntRatio } = events
  const observed = `${percent(burntRatio)}: ${failed} of ${total} events failed`
  return { atMs: null, observed, trivially: burntRatio <= atMostRatio }
}

/** What is observed of a budget whose events could not be counted. */
export const NOT_COUNTED = 'its events could not be counted'

function floorFor(expectation: Expectation, { floor, alertRules, timing }: Facts): Span | null {
  if (expectation.kind === 'metric') return floor.seen
  if (expectation.kind === 'alert') {
    const clock = quickest(alertRules, expectation)
    return clock === undefined ? floor.firing : floorOf(timing, clock).firing
  }
  return expectation.kind === 'action' ? floor.received : null
}
