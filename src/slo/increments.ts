import { hasWindow } from './window-variable.ts'

/**
 * `name{label="value"}`, with whatever the strings hold. No two parts of it, nor of what it is put into, can share blanks: trying
 * each way to divide them takes quadratic time.
 */
export const SELECTOR = String.raw`[a-zA-Z_:][\w:]*(?:\s*\{(?:[^"'{}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*\})?`
const RATE = new RegExp(String.raw`\b(?:rate|increase)\s*\(\s*(${SELECTOR})\s*\[\s*\{\{ *\.window *\}\}\s*\]\s*\)`, 'g')
/** A range of another function, perhaps of a subquery. */
const RANGE = /\[\s*\{\{ *\.window *\}\}\s*(:[^\][]*)?\]/g
/** Functions of a range that do not count: their value over a day is not the sum of their values over its minutes. */
const NOT_A_COUNT =
  /\b(?:i?rate|increase|i?delta|deriv|changes|resets|predict_linear|holt_winters|(?!sum_|count_)\w+_over_time)\s*\(/

/**
 * Why the events that a query stands for cannot be counted step by step; `undefined` when they can. Counters must be read by
 * rate() or increase() of a plain selector, gauges by sum_over_time() or count_over_time().
 */
export function whyNotCountable(query: string): string | undefined {
  const rest = query.replaceAll(RATE, '0')
  const found = NOT_A_COUNT.exec(rest)
  if (found !== null) return `${found[0].replace(/\s*\($/, '')}() over something else than selector[{{.window}}]`
  if (/\]\s*(?:offset|@)/.test(rest)) return 'it has an offset of its own'
  return hasWindow(rest.replaceAll(RANGE, '')) ? '{{.window}} where no range is' : undefined
}

/** The durations of counting, as PromQL reads them. */
export interface CountingClock {
  /** From one count to the next. */
  step: string
  /** How far behind the counts are. */
  delay: string
  /** `step` and `delay` together. */
  behind: string
  /** How far back the last value of a counter is looked for. */
  memory: string
  /** Whether a counter that was not there a step ago counts from 0, rather than not at all. */
  freshCounts?: boolean
}

/**
 * The number of events in the step that ended `delay` ago, exactly. `rate()` and `increase()` extrapolate to the edges of
 * their window and lose what falls between two windows; the last value now minus the last value a step ago does neither, so
 * that the steps of a day add up to the day. A counter that went down has been restarted and counts from 0. Looking
 * back `memory` for the last value bridges a restart, during which there is none. The delay is there because a scrape's
 * samples bear the time at which it began and can be read only when it has ended: without it, those of a scrape that is
 * under way would be missing now, and be counted as seen a step later.
 */
export function incrementOf(
  query: string,
  { step, delay, behind, memory, freshCounts = false }: CountingClock,
): string {
  // An offset of nothing is not PromQL.
  const back = (offset: string) => (offset === '0s' ? '' : ` offset ${offset}`)
  const counted = query.replaceAll(RATE, (_, selector: string) => {
    const last = (offset: string) => `last_over_time(${selector.trim()}[${memory}]${back(offset)})`
    const fallen = freshCounts ? last(delay) : `(${last(delay)} and ${last(behind)})`
    return `(${last(delay)} - ${last(behind)} >= 0 or ${fallen})`
  })
  return counted.replaceAll(RANGE, (_, resolution = '') => `[${step}${resolution}]${back(delay)}`)
}
