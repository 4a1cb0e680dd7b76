import { defined } from '../../base/defined.ts'
import { formatDuration } from '../../base/units/duration.ts'
import type { Expectation, Observed } from '../expectations/expectation.ts'
import type { ExpectationResult, JudgedSample } from '../journal/schema/expectation-result.ts'
import { lateBetween } from '../machine/lateness.ts'
import type { Facts } from './facts.ts'

/** Every expectation of the drill, in order, as far as is known at `facts.nowMs`. */
export function readExpectations(facts: Facts): ExpectationResult[] {
  return facts.drill.expectations.map((expectation) => readExpectation(expectation, facts))
}

function readExpectation(expectation: Expectation, facts: Facts): ExpectationResult {
  const { kind, text, withinMs } = expectation
  const observed = expectation.see(facts)
  const { met, late, ...times } = judgeTime(observed, withinMs, facts)
  const result = {
    kind,
    text,
    withinMs,
    ...defined({ lateMs: times.lateMs > 0 && observed.met !== true ? Math.round(times.lateMs) : undefined }),
    floor: expectation.floor?.(facts) ?? null,
    samples: inOrder(expectation.samples(facts)),
  }
  const { cutOffAtMs } = facts
  if (
    cutOffAtMs !== undefined &&
    !isDecided(expectation, { met, atMs: times.atMs }, { cutOffAtMs, zeroMs: facts.zeroMs })
  ) {
    const after = formatDuration(Math.max(0, cutOffAtMs - facts.zeroMs))
    const why = `the run was stopped after ${after}, before this was judged`
    return { ...result, met: false, tried: false, atMs: null, sinceInjectedMs: null, observed: why }
  }
  const { atMs, sinceInjectedMs } = times
  return { ...result, met, tried: observed.unjudged !== true, atMs, sinceInjectedMs, observed: late + observed.text }
}

/** Whether it happened in time. Where a busy machine is accepted, the bound widens by what it was late, to twice itself at most. */
function judgeTime(observed: Observed, withinMs: number | null, { zeroMs, nowMs, machine }: Facts) {
  const atMs = observed.atMs === null ? null : Math.max(observed.atMs, zeroMs)
  const sinceInjectedMs = atMs === null ? null : atMs - zeroMs
  const untilMs = atMs ?? nowMs
  const overdueMs = withinMs === null ? 0 : untilMs - zeroMs - withinMs
  const lateMs = overdueMs > 0 ? lateBetween(machine?.samples ?? [], zeroMs, untilMs) : 0
  const widenedMs = machine?.widens && withinMs !== null ? Math.min(lateMs, withinMs) : 0
  const inTime = atMs !== null && withinMs !== null && overdueMs <= widenedMs
  const late = sinceInjectedMs !== null && !inTime ? `too late, after ${formatDuration(sinceInjectedMs)}: ` : ''
  return { met: inTime || observed.met === true, late, atMs, sinceInjectedMs, lateMs }
}

/**
 * Whether a run that was cut off had decided it before: it had happened, or its bound had passed. What must not happen is decided
 * only when it happens, and what is counted over the whole run never is.
 */
function isDecided(
  { withinMs, judgedAtEnd }: Expectation,
  { met, atMs }: { met: boolean; atMs: number | null },
  { cutOffAtMs, zeroMs }: { cutOffAtMs: number; zeroMs: number },
): boolean {
  if (withinMs === null) return judgedAtEnd !== true && !met
  return cutOffAtMs - zeroMs >= withinMs || (atMs !== null && atMs <= cutOffAtMs)
}

/** Samples without a moment of their own come last. */
function inOrder(samples: JudgedSample[]): JudgedSample[] {
  return samples.sort((a, b) => (a.atMs ?? Number.POSITIVE_INFINITY) - (b.atMs ?? Number.POSITIVE_INFINITY))
}

/** The result of an expectation of a run that ended before there was anything to observe. */
export function notReached({ kind, text, withinMs }: Expectation): ExpectationResult {
  return {
    kind,
    text,
    met: false,
    tried: false,
    atMs: null,
    sinceInjectedMs: null,
    withinMs,
    observed: 'the run did not come that far',
    floor: null,
    samples: [],
  }
}

/** Whether all is met that can be judged while the run goes on. */
export function allMet(facts: Facts): boolean {
  return facts.drill.expectations
    .filter(({ judgedAtEnd }) => judgedAtEnd !== true)
    .every((expectation) => readExpectation(expectation, facts).met)
}

/** The results that are missed, except those whose misses the verdict names one by one. */
export function missedOf(
  { expectations }: { expectations: readonly Expectation[] },
  results: readonly ExpectationResult[],
) {
  return results.filter(({ met, tried }, index) => tried && !met && expectations[index]?.namedInVerdict !== true)
}

/** The results of a run that came to its end, and could not judge them all the same. */
export function unjudgedOf(facts: Facts | undefined, results: readonly ExpectationResult[]): ExpectationResult[] {
  return facts === undefined || facts.cutOffAtMs !== undefined ? [] : results.filter(({ tried }) => !tried)
}
