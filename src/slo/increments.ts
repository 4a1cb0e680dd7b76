import { promDuration } from '../base/units/duration.ts'
import { hasWindow } from './document/window-variable.ts'

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

/** The durations of counting, in milliseconds on the clock of the rules. */
export interface CountingClock {
  /** From one count to the next. */
  stepMs: number
  /** How far behind the counts are. */
  delayMs: number
  /** How far back the last value of a counter is looked for: an older value counts as missing. */
  recentMs: number
  /** How far back the value before the step is looked for: the longest gap between two scrapes that loses nothing. */
  memoryMs: number
  /** Whether a counter that was not there a step ago counts from 0, rather than not at all. */
  freshCounts?: boolean
}

/**
 * The number of events in the step that ended `delay` ago, exactly. `rate()` and `increase()` extrapolate to the edges of
 * their window and lose what falls between two windows; the last value now minus the last value a step ago does neither, so
 * that the steps of a day add up to the day. The delay is there because a scrape's samples have the time at which it began
 * and can be read only when it has ended: without it, those of a scrape that is under way would be missing now, and be
 * counted as seen a step later.
 *
 * A counter that goes down has been restarted and counts from 0. With `before` for the last value a step ago, and `last`,
 * `least` and `most` for the values of the step:
 *
 *     most > last, most ≥ before   it fell after `most`:                    (most − before) + last
 *     most > last, most < before   it fell before the step, and after most:           most  + last
 *     least < before               it fell before the step:                                   last
 *     otherwise                    it never fell:                                    last − before
 *
 * With two scrapes in a step these are all cases. With more, what lies between two falls in one step is lost, and so is a fall after
 * which the counter is above `before` and `most` again when the step ends.
 */
export function incrementOf(
  query: string,
  { stepMs, delayMs, recentMs, memoryMs, freshCounts = false }: CountingClock,
): string {
  // `offset 0s` is left out.
  const back = (ms: number) => (ms === 0 ? '' : ` offset ${promDuration(ms)}`)
  // Prometheus 2 takes the first moment of a range too, which belongs to the step before.
  const within = promDuration(Math.max(1, stepMs - 1))
  const counted = query.replaceAll(RATE, (_, written: string) => {
    const selector = written.trim()
    const over = (how: string, range: string, ms: number) => `${how}_over_time(${selector}[${range}]${back(ms)})`
    const last = over('last', promDuration(recentMs), delayMs)
    const before = over('last', promDuration(memoryMs), delayMs + stepMs)
    const most = over('max', within, delayMs)
    const least = over('min', within, delayMs)
    return [
      `((${last} - ${before} >= 0 unless (${least} < ${before} or ${most} > ${last}))`,
      `((${most} > ${last}) + ${last} - (${before} <= ${most} or 0 * ${before}))`,
      `${freshCounts ? last : `(${last} and ${before})`})`,
    ].join(' or ')
  })
  return counted.replaceAll(RANGE, (_, resolution = '') => `[${within}${resolution}]${back(delayMs)}`)
}
