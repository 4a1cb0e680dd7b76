import { median } from '../base/median.ts'
import { type BaselineFile, type DrillTimes, groupByDrill } from './baseline.ts'
import { baselineErrors } from './errors.ts'
import { judgePairs, type Pair, runsNeeded, SLOWER } from './rule.ts'
import type { TimedRun } from './timed-run.ts'

/** One figure of one drill, then and now. Milliseconds; null stands for "never" (JSON has no Infinity). */
export interface Compared {
  drill: string
  figure: 'detected' | 'repaired'
  before: { runs: number; medianMs: number }
  after: { runs: number; medianMs: number | null }
  shiftMs: number | null
  pValue: number
  slower: boolean
}

export interface BaselineCheck {
  kind: 'firedrill baseline check'
  schemaVersion: 1
  profile: string
  runtime: string
  rule: typeof SLOWER
  compared: Compared[]
  /** Drills of the baseline, or of the runs, that could not be compared, and why. */
  notCompared: { drill: string; why: string; next: string }[]
  slower: boolean
}

/**
 * Compares the runs since the baseline with it, figure by figure, all judged together. A run that deviated counts too: what
 * was never detected or repaired was so after an infinite time. Runs that prove nothing do not count.
 * @throws FD_BASELINE_DIFFERENT when the runs are of another profile or runtime
 * @throws FD_BASELINE_RUNS when nothing at all can be compared
 */
export function checkBaseline(baseline: BaselineFile, journals: readonly TimedRun[]): BaselineCheck {
  const counted = journals
    .filter(({ verdict }) => verdict === 'held' || verdict === 'deviated')
    .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
  requireSame(baseline, counted)
  const { pairs, notCompared } = pairUp(baseline, counted)
  const able = pairs.filter((pair) => {
    const why = whyUnable(pair, pairs.length)
    if (why !== undefined) notCompared.push({ drill: pair.drill.title, ...why })
    return why === undefined
  })
  if (able.length === 0) {
    throw baselineErrors.error('FD_BASELINE_RUNS', {
      message: 'nothing can be compared with the baseline',
      expected: `at least ${SLOWER.minRuns} runs of a drill that held or deviated, after ${baseline.lastRunAt}`,
      given: notCompared.map(({ drill, why }) => `${drill}: ${why}`).join('; ') || 'a baseline without drills',
      next: [...new Set(notCompared.map(({ next }) => next))].join('\n') || 'firedrill baseline save',
    })
  }
  const judgements = judgePairs(able.map(({ pair }) => pair))
  const compared = able.map(({ drill, figure, pair }, index): Compared => {
    const { slower = false, pValue = 1, shiftMs = 0 } = judgements[index] ?? {}
    return {
      drill: drill.title,
      figure,
      before: { runs: pair.before.length, medianMs: median(pair.before) },
      after: { runs: pair.after.length, medianMs: finite(median(pair.after)) },
      shiftMs: finite(shiftMs),
      pValue,
      slower,
    }
  })
  const { profile, runtime } = baseline
  return {
    kind: 'firedrill baseline check',
    schemaVersion: 1,
    profile,
    runtime,
    rule: SLOWER,
    compared,
    notCompared,
    slower: compared.some(({ slower }) => slower),
  }
}

interface FigurePair {
  drill: DrillTimes
  figure: Compared['figure']
  pair: Pair
}

/** The figures of each drill, then and now, and the drills that have none to compare. */
function pairUp(
  { drills }: BaselineFile,
  journals: readonly TimedRun[],
): { pairs: FigurePair[]; notCompared: BaselineCheck['notCompared'] } {
  const groups = groupByDrill(journals)
  const notCompared: BaselineCheck['notCompared'] = []
  const pairs = drills.flatMap((drill) => {
    const group = groups.find(([first]) => first.drill.title === drill.title)
    const again = `firedrill run ${drill.file} --repeat ${SLOWER.minRuns}`
    const leave = (why: string, next: string) => {
      notCompared.push({ drill: drill.title, why, next })
      return []
    }
    if (group === undefined) return leave('no run since the baseline was saved', again)
    if (group[0].drill.sha256 !== drill.sha256) return leave('the drill file has changed', 'firedrill baseline save')
    if (group.length < SLOWER.minRuns) return leave(`${group.length} of at least ${SLOWER.minRuns} runs`, again)
    return pairsOf(drill, group.slice(-SLOWER.maxRuns))
  })
  return { pairs, notCompared }
}

/** Why a figure could not be found slower with any times: too few runs among that many figures. */
function whyUnable({ drill, figure, pair }: FigurePair, figures: number): { why: string; next: string } | undefined {
  const needed = runsNeeded(pair.before.length, figures)
  if (needed !== undefined && pair.after.length >= needed) return undefined
  return {
    why: `${figure}: ${pair.after.length} runs against ${pair.before.length} can prove nothing among ${figures} figures`,
    next:
      needed === undefined
        ? `firedrill run ${drill.file} --repeat ${2 * SLOWER.minRuns}, then firedrill baseline save`
        : `firedrill run ${drill.file} --repeat ${needed}`,
  }
}

function pairsOf(drill: DrillTimes, runs: readonly TimedRun[]): FigurePair[] {
  const pair = (figure: Compared['figure'], before: readonly number[], after: readonly (number | null)[]) =>
    before.length === 0
      ? []
      : [{ drill, figure, pair: { before, after: after.map((ms) => ms ?? Number.POSITIVE_INFINITY) } }]
  return [
    ...pair(
      'detected',
      drill.detectedMs,
      runs.map(({ mttdMs }) => mttdMs),
    ),
    ...pair(
      'repaired',
      drill.repairedMs,
      runs.map(({ mttrMs }) => mttrMs),
    ),
  ]
}

function requireSame({ profile, runtime }: BaselineFile, journals: readonly TimedRun[]): void {
  const other = journals.find((one) => one.profile !== profile || one.runtime !== runtime)
  if (other === undefined) return
  throw baselineErrors.error('FD_BASELINE_DIFFERENT', {
    message: 'the runs do not compare with the baseline',
    expected: `profile ${profile}, runtime ${runtime}, as the baseline`,
    given: `profile ${other.profile}, runtime ${other.runtime}, in the run of ${other.startedAt}`,
    next: 'run the drills as the baseline was made, or keep a baseline for each: --file drills.NAME.json',
  })
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? Math.round(ms) : null
}
