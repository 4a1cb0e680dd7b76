import type { LoadHead, LoadPlan } from '../../../src/api/contract.ts'
import { formatClock } from '../format/format-age.ts'
import { formatCount, formatRate } from '../format/format-figure.ts'
import type { Tone } from '../ui/badge.tsx'

/** Words for loads. */

/** What a load does, in a few words: "100 users, 10/s started", "500/s, spike". */
export function planText(plan: LoadPlan): string {
  if (plan.model === 'open') return `${formatRate(plan.ratePerSecond)}, ${plan.shape}`
  return `${formatCount(plan.users)} user${plan.users === 1 ? '' : 's'}, ${formatRate(plan.spawnRatePerSecond)} started`
}

/** The outcome of a load in a word, with its colour. */
export function outcomeOf({ state, outcome }: Pick<LoadHead, 'state' | 'outcome'>): { word: string; tone: Tone } {
  if (state === 'running') return { word: 'running', tone: 'fault' }
  if (outcome === null) return { word: 'ended', tone: 'none' }
  return { word: outcome, tone: TONES[outcome] }
}

const TONES: Readonly<Record<NonNullable<LoadHead['outcome']>, Tone>> = {
  passed: 'good',
  failed: 'bad',
  saturated: 'wait',
  stopped: 'none',
  broken: 'bad',
}

/** What the outcome says of the system. */
export const outcomeHelp: Readonly<Record<NonNullable<LoadHead['outcome']>, string>> = {
  passed: 'Every threshold is met.',
  failed: 'A threshold is not met.',
  saturated: 'The generator did not keep up: the figures prove nothing.',
  stopped: 'The load was ended before its time.',
  broken: "The journey's own code failed.",
}

/** The moment at which a load began: the day as well where it is not this one. */
export function beganAt({ startedAtMs }: Pick<LoadHead, 'startedAtMs'>, nowMs = Date.now()): string {
  const date = new Date(startedAtMs)
  const isToday = date.toDateString() === new Date(nowMs).toDateString()
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
  return isToday ? formatClock(startedAtMs) : `${day}, ${formatClock(startedAtMs)}`
}

/** Requests that failed, as a ratio; 0 without any request. */
export function errorRatio({ requests, failures }: { requests: number; failures: number }): number {
  return requests === 0 ? 0 : failures / requests
}

/** Requests per second of a whole load. */
export function meanRate({ total, elapsedMs }: Pick<LoadHead, 'total' | 'elapsedMs'>): number {
  return elapsedMs <= 0 ? 0 : total.requests / (elapsedMs / 1_000)
}

/** A text of control as a sentence of its own begins. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
