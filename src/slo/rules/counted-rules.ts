import { promDuration } from '../../base/units/duration.ts'
import type { DurationRange } from '../../base/units/duration-range.ts'
import { COUNTING_STEP_MS } from '../counting-interval.ts'
import { incrementOf } from '../increments.ts'
import { type Objective, objectiveId } from '../objective.ts'
import { identityLabels, identitySelector, series } from '../series.ts'
import { day, sliWindowsMs } from '../windows.ts'
import type { Clock, Rule, RuleGroup } from './rule-group.ts'
import { ratioRule } from './sli-rules.ts'

/** How far counts are behind: the longest scrape, so that all samples of a step are there. */
export const DELAY_MS = 30_000
/** How often the ratios over long windows are made: they change slowly and read many samples. Half the look-back. */
const LONG_STEP_MS = 150_000
/** How far back the last value of a counter is looked for: Prometheus' own look-back. */
const RECENT_MS = 5 * 60_000
/** The longest gap between two scrapes that loses nothing. */
export const MEMORY_MS = 60 * 60_000

/**
 * How far a counted alert is behind the events: until they are counted, and, for a ticket, until the long windows are evaluated again.
 * In production time.
 */
export function behind(severity: 'page' | 'ticket'): DurationRange {
  const laterMs = severity === 'ticket' ? LONG_STEP_MS : 0
  return { minMs: DELAY_MS, maxMs: DELAY_MS + COUNTING_STEP_MS + laterMs }
}

/**
 * Records the error ratio over every window and over the period, counted: the events of each step are recorded once, and a
 * ratio is a sum of failed events divided by a sum of all. Every event weighs the same, there is no ratio where there
 * was no event, and a window is cheap however long it is, since only the first two rules read the service's own series.
 */
export function countedSliGroups(objective: Objective, clock: Clock): RuleGroup[] {
  const long = (windowMs: number) => windowMs >= day
  const range = (ms: number) => promDuration(clock.scale(ms))
  return [
    {
      name: `sloth-slo-sli-recordings-${objectiveId(objective)}`,
      interval: range(COUNTING_STEP_MS),
      rules: [
        ...countRules(objective, clock),
        ...sliWindowsMs.filter((ms) => !long(ms)).map((ms) => ratioRule(objective, ms, ratio(objective, range(ms)))),
      ],
    },
    {
      name: `sloth-slo-sli-recordings-long-${objectiveId(objective)}`,
      interval: range(LONG_STEP_MS),
      rules: [
        ...sliWindowsMs.filter(long).map((ms) => ratioRule(objective, ms, ratio(objective, range(ms)))),
        plainRule(objective, series.periodErrorEvents, sum(objective, series.errorEvents, range(objective.periodMs))),
        plainRule(objective, series.periodTotalEvents, sum(objective, series.totalEvents, range(objective.periodMs))),
        ratioRule(objective, objective.periodMs, periodRatio(objective)),
      ],
    },
  ]
}

function countRules(objective: Objective, clock: Clock): Rule[] {
  const { indicator } = objective
  if (indicator.kind !== 'events') throw new Error(`${objectiveId(objective)} has no events to count`)
  const counting = {
    stepMs: clock.scale(COUNTING_STEP_MS),
    delayMs: clock.scale(DELAY_MS),
    recentMs: clock.scale(RECENT_MS),
    memoryMs: clock.scale(MEMORY_MS),
  }
  const total = incrementOf(indicator.totalQuery, counting)
  const errors = incrementOf(indicator.errorQuery, counting)
  const own = Object.keys({ ...identityLabels(objective), ...objective.labels }).sort()
  const counted = `${series.totalEvents}${identitySelector(objective)}`
  return [
    plainRule(objective, series.totalEvents, `(${total})\n`),
    // Where there is no series of errors yet, there were none. The rule above has just counted all: it is not done twice.
    plainRule(objective, series.errorEvents, `(${errors})\nor ignoring (${own.join(', ')})\n0 * ${counted}\n`),
  ]
}

function ratio(objective: Objective, range: string): string {
  return `${sum(objective, series.errorEvents, range)}\n/\n(${sum(objective, series.totalEvents, range)} > 0)\n`
}

function periodRatio(objective: Objective): string {
  const selector = identitySelector(objective)
  return `${series.periodErrorEvents}${selector}\n/\n(${series.periodTotalEvents}${selector} > 0)\n`
}

/** The events of a window: each step once. */
export function sum(objective: Objective, recorded: string, range: string): string {
  return `sum_over_time(${recorded}${identitySelector(objective)}[${range}])`
}

function plainRule(objective: Objective, record: string, expr: string): Rule {
  return { record, expr, labels: { ...identityLabels(objective), ...objective.labels } }
}
