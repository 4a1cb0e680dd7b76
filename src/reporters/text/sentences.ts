import { largest } from '../../base/largest.ts'
import { formatDuration } from '../../base/units/duration.ts'
import type { Journal } from '../../drills/journal/journal.ts'
import type { BudgetBurnt, BudgetCount } from '../../drills/journal/schema/budget.ts'
import type { ExpectationResult } from '../../drills/journal/schema/expectation-result.ts'
import type { Span } from '../../drills/journal/schema/floor.ts'
import type { HitReplica } from '../../drills/journal/schema/hit-replica.ts'
import type { RepairedBy, Verdict } from '../../drills/journal/schema/outcome.ts'
import { firstSeenMs } from '../../drills/judge/stages.ts'
import { amount, amountPercent } from './amounts.ts'

/** What a verdict says, in one clause. */
export const VERDICT_MEANING: Record<Verdict, string> = {
  held: 'the system did what the drill expects',
  deviated: 'the system did not do what the drill expects',
  inconclusive: 'the drill proves nothing',
  aborted: 'the drill was stopped before its end',
  errored: 'Firedrill itself failed; this says nothing about the system',
}

const REPAIRERS: Record<RepairedBy, string> = {
  responder: 'by the responder',
  'restart-policy': "by the runtime's restart policy",
  'fault lifted': 'because the fault was lifted',
  drill: 'by a step of the drill',
  operator: 'by an operator',
  nobody: 'by nobody that is known',
}

/** Digits of all times of a run that people read: one time is the same text wherever it stands. */
const DIGITS = 2

/** Seconds with a fixed number of digits: "1.32". What rounds to nothing has no sign. */
export function seconds(ms: number, digits = DIGITS): string {
  const text = (ms / 1_000).toFixed(digits)
  return Number(text) === 0 ? text.replace('-', '') : text
}

/** With a sign, as what is counted from the injection: "+1.32", "-0.50". */
export function signedSeconds(ms: number, digits = DIGITS): string {
  const text = seconds(ms, digits)
  return text.startsWith('-') ? text : `+${text}`
}

/** "1.32 s", or a dash for what is not known. */
export function secondsOrDash(ms: number | null): string {
  return ms === null ? '–' : `${seconds(ms)} s`
}

/** How long users knew before the monitoring did, in milliseconds; by its alerts where an earlier version kept only what samples say. */
export function blindSpotOf({ blindSpotMs, felt, stages }: Journal): number | null {
  const seenAtMs = firstSeenMs(stages)
  const firstFailureMs = felt?.firstFailureMs ?? null
  return blindSpotMs ?? (seenAtMs === null || firstFailureMs === null ? null : seenAtMs - firstFailureMs)
}

/** What figures count from, in a word or two: nothing is injected where the load itself is what is done to the system. */
export function countedFrom({ stages, faults }: Journal): string {
  return faults.length > 0 || stages.some(({ name, atMs }) => name === 'injected' && atMs !== null)
    ? 'injected'
    : 'load began'
}

/** What users felt, beside when the monitoring saw it. */
function feltText(felt: NonNullable<Journal['felt']>, journal: Journal): string {
  const { failures, requests, windowMs } = felt
  if (failures === 0) return `none of ${amount(requests)} requests failed`
  const failed = `${amount(failures)} of ${amount(requests)} requests failed, over ${seconds(windowMs)} s`
  const blindSpotMs = blindSpotOf(journal)
  if (blindSpotMs === null) {
    const cutOff = journal.verdict === 'aborted' || journal.verdict === 'errored'
    return `${failed}; the monitoring ${cutOff ? 'had not seen it by the end' : 'never saw it'}`
  }
  const gap = `${seconds(Math.abs(blindSpotMs))} s`
  if (Number(seconds(blindSpotMs)) === 0) return `${failed}; the monitoring saw it at the same moment`
  return blindSpotMs >= 0
    ? `${failed}; the first one ${gap} before the monitoring saw it (blind spot)`
    : `${failed}; the first one ${gap} after the monitoring saw it`
}

/** What users felt, or, when nothing was injected, how the load fared; `undefined` without load. */
export function usersText(journal: Journal): string | undefined {
  const { felt, load } = journal
  if (felt !== null) return feltText(felt, journal)
  return load === null ? undefined : `${amount(load.failures)} of ${amount(load.requests)} requests failed`
}

/** "0.31–0.60 s": what the monitoring's clock costs, whatever the system does. */
export function floorText({ minMs, maxMs }: Span): string {
  return `${minMs === 0 ? '0' : seconds(minMs)}–${seconds(maxMs)} s`
}

/** How late the machine was, and whose doing that was; undefined when it was not late. */
export function machineText({ machine }: Pick<Journal, 'machine'>): string | undefined {
  if (machine === null || machine.lateMs === 0) return undefined
  const { cores, othersCores, others, pressureKnown, lateMs } = machine
  const whose = others.map(({ name, pid, cores }) => `${name} (pid ${pid}) ${cores}`).join(', ')
  const used = othersCores === null ? '' : `; other programs used ${othersCores} of ${cores} cores`
  const by = pressureKnown ? '' : ', by the clocks of this run alone: the kernel does not measure how long tasks wait'
  return `late by ${seconds(lateMs, 2)} s in all${by}${used}${whose === '' ? '' : `: ${whose}`}`
}

/** What a foreign system demanded of the run; undefined for a stack of ours, and for a lab that demands nothing. */
export function safetyText({ safety }: Pick<Journal, 'safety'>): string | undefined {
  if (safety === null) return undefined
  const { environment, confirmed, abortWhen, onlyIf, maxDurationMs, maxReplicas } = safety
  const isFree = abortWhen.length === 0 && onlyIf.length === 0 && maxDurationMs === null && maxReplicas === null
  if (environment === 'lab' && isFree) return undefined
  const named = { terminal: ', which a person typed', flag: ', named by --environment' }
  return [
    `${environment}${confirmed === null ? '' : named[confirmed]}`,
    abortWhen.length === 0 ? 'nothing ends a run early' : `ends a run: ${abortWhen.join(' or ')}`,
    ...(onlyIf.length === 0 ? [] : [`only if ${onlyIf.join(' and ')}`]),
    ...(maxDurationMs === null ? [] : [`at most ${formatDuration(maxDurationMs)}`]),
    ...(maxReplicas === null ? [] : [`replicas at the same time: ${maxReplicas}`]),
  ].join('; ')
}

/** An expectation with its bound: `steady again within 4 s`. */
export function expectationText({ text, withinMs }: Pick<ExpectationResult, 'text' | 'withinMs'>): string {
  return `${text}${withinMs === null ? '' : ` within ${withinMs / 1_000} s`}`
}

/** What became of an expectation. What was not tried is neither met nor missed. */
export function outcomeOf({ met, tried }: Pick<ExpectationResult, 'met' | 'tried'>): 'met' | 'missed' | 'not tried' {
  return tried ? (met ? 'met' : 'missed') : 'not tried'
}

/** A time to repair, in milliseconds; null also where an earlier version counted one although nothing had been done. */
export function repairedMs(journal: Journal): number | null {
  const begun = journal.steps.some(({ startedAtMs }) => startedAtMs !== null)
  return begun || countedFrom(journal) === 'injected' ? journal.mttrMs : null
}

export function repairedText(journal: Journal): string | undefined {
  const mttrMs = repairedMs(journal)
  if (mttrMs === null) return undefined
  const repairer = repairerText(journal)
  return `${seconds(mttrMs)} s${repairer === undefined ? '' : `, ${repairer}`}`
}

/** What a time to repair ends with: the steady state, or replicas that were ready again only later, since others answered in their place. */
export function repairedWith(journal: Journal): string {
  const names = laterReplicas(journal)
  return names === '' ? 'good again' : `${names} ready again`
}

/** When the steady state was good already although replicas that were hit were still away; `undefined` where none was. */
export function goodEarlierText(journal: Journal): string | undefined {
  const names = laterReplicas(journal)
  const goodMs = goodAgainOf(journal)?.sinceInjectedMs ?? null
  if (names === '' || goodMs === null) return undefined
  return `${seconds(goodMs)} s, ${countedFrom(journal)} → good again without ${names}`
}

/** The replicas that were ready again after the steady state was good, or not at all, where the repair is counted with them. */
function laterReplicas(journal: Journal): string {
  const { hitReplicas = [], mttrMs } = journal
  const goodAtMs = goodAgainOf(journal)?.atMs ?? Number.NEGATIVE_INFINITY
  const isLater = ({ readyAtMs }: HitReplica) =>
    readyAtMs === null || mttrMs === null
      ? readyAtMs === mttrMs
      : readyAtMs > goodAtMs && readyAtMs <= zeroOf(journal) + mttrMs + 1
  return hitReplicas
    .filter(isLater)
    .map(({ replica }) => replica)
    .join(' and ')
}

function goodAgainOf({ stages }: Journal): Journal['stages'][number] | undefined {
  return stages.find(({ name }) => name === 'good again')
}

/** Who repaired. A system that is not ours has a restart policy of its own, or a service manager. */
export function repairerText({ repairedBy, runtime }: Journal): string | undefined {
  if (repairedBy === null) return undefined
  return runtime === 'foreign' && repairedBy === 'restart-policy' ? 'by what supervises it' : REPAIRERS[repairedBy]
}

/** The share of a period's budget that is gone, and of how many events. */
export function burntText(count: BudgetCount | null): string {
  if (count === null) return '–'
  return `${amountPercent(count.burntRatio)} (${amount(count.failed)} of ${amount(count.total)})`
}

/**
 * Budgets that something was taken from; with each that is measured at the users also the one that is measured inside, even if it
 * is untouched, since the two differ by what the service cannot see.
 */
export function burntBudgets({ budgets }: Pick<Journal, 'budgets'>): BudgetBurnt[] {
  const isBurnt = ({ byEvents, byRules }: BudgetBurnt) => (byEvents?.failed ?? 0) > 0 || (byRules?.failed ?? 0) > 0
  const isBeside = ({ service, name, outsideOf }: BudgetBurnt) =>
    budgets.some((one) => one.service === service && isBurnt(one) && (one.outsideOf === name || one.name === outsideOf))
  return budgets.filter((one) => isBurnt(one) || isBeside(one))
}

/** Where an objective is measured: inside its service, or at its users. */
export function measuredText({ outsideOf }: BudgetBurnt): string {
  return outsideOf === undefined ? 'inside' : `at its users, beside ${outsideOf}`
}

/** Seconds since zero of every figure: the first injection. */
export function sinceZero(journal: Journal, atMs: number): number {
  return (atMs - zeroOf(journal)) / 1_000
}

/** The moment that figures count from, in epoch milliseconds: the first injection, or else the begin of the run. */
export function zeroOf({ stages, faults, startedAt, series }: Journal): number {
  for (const { atMs, sinceInjectedMs } of stages) {
    if (atMs !== null && sinceInjectedMs !== null) return atMs - sinceInjectedMs
  }
  return faults[0]?.injectedAtMs ?? series?.startMs ?? Date.parse(startedAt)
}

/** The run from its begin to the end of its last phase, in milliseconds. */
export function elapsedMs({ timings, startedAt }: Journal): number {
  const startMs = Date.parse(startedAt)
  return largest(
    timings.map((phase) => phase.startedAtMs + phase.tookMs - startMs),
    0,
  )
}
