import { median } from '../base/median.ts'
import { leastP, mannWhitneyP } from './mann-whitney.ts'

/** When a figure counts as slower. See docs/decisions/0053-slower-than-a-baseline.md for why. */
export const SLOWER = {
  /**
   * Chance of a false alarm of a whole check at most, however many figures it compares (Holm). Below 1 %, and just enough for
   * five runs on each side to find a difference in both figures of a drill: 2 / 252.
   */
  alpha: 0.008,
  /** The typical shift must be this share of the baseline's median … */
  relative: 0.25,
  /** … and this long, in milliseconds: the tool itself looks every 100 ms, and cannot distinguish less. */
  absoluteMs: 100,
  /** Runs on each side below which nothing is compared. */
  minRuns: 5,
  /** Of more runs the latest count: the exact test grows with the cube of their number. */
  maxRuns: 30,
} as const

/** Two samples of one figure, in milliseconds; Infinity is "never". */
export interface Pair {
  before: readonly number[]
  after: readonly number[]
}

export interface Judgement {
  slower: boolean
  pValue: number
  /** The median of all differences after − before (Hodges–Lehmann); milliseconds. */
  shiftMs: number
}

/**
 * Judges all figures of a check together. A figure is slower when its p-value stands Holm's test, and its shift is large
 * enough to matter: the test alone would call a tenth of a second of a quiet machine a finding.
 */
export function judgePairs(pairs: readonly Pair[]): Judgement[] {
  const found = pairs.map(({ before, after }) => ({
    pValue: mannWhitneyP(before, after),
    shiftMs: shiftOf(before, after),
    leastMs: Math.max(SLOWER.absoluteMs, SLOWER.relative * median(before)),
  }))
  const stands = holm(found.map(({ pValue }) => pValue))
  return found.map(({ pValue, shiftMs, leastMs }, index) => ({
    slower: stands[index] === true && shiftMs >= leastMs,
    pValue,
    shiftMs,
  }))
}

/** Whether samples of these sizes could ever be found slower, among that many figures. */
export function canBeFound(beforeCount: number, afterCount: number, figures: number): boolean {
  return leastP(beforeCount, afterCount) <= SLOWER.alpha / Math.max(1, figures)
}

/** Runs after the baseline that make `canBeFound` true, with the baseline as it is; `undefined` when no number does. */
export function runsNeeded(beforeCount: number, figures: number): number | undefined {
  for (let runs = SLOWER.minRuns; runs <= SLOWER.maxRuns; runs += 1)
    if (canBeFound(beforeCount, runs, figures)) return runs
  return undefined
}

/** Holm's step-down: the smallest p-value is compared with alpha / n, the next with alpha / (n − 1), until one fails. */
function holm(pValues: readonly number[]): boolean[] {
  const stands = pValues.map(() => false)
  const order = pValues.map((pValue, index) => ({ pValue, index })).sort((a, b) => a.pValue - b.pValue)
  for (const [place, { pValue, index }] of order.entries()) {
    if (pValue > SLOWER.alpha / (pValues.length - place)) break
    stands[index] = true
  }
  return stands
}

function shiftOf(before: readonly number[], after: readonly number[]): number {
  return median(after.flatMap((late) => before.map((early) => late - early)))
}
