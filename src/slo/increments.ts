import { hasWindow, withWindow } from './window-variable.ts'

/** `name{label="value"}`, with whatever the strings hold. */
export const SELECTOR = String.raw`[a-zA-Z_:][\w:]*\s*(?:\{(?:[^"'{}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*\})?`
const RATE = new RegExp(String.raw`\b(?:rate|increase)\s*\(\s*(${SELECTOR})\s*\[\s*\{\{ *\.window *\}\}\s*\]\s*\)`, 'g')
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
  return hasWindow(query) ? undefined : 'no {{.window}}'
}

/**
 * The number of events since the step before, exactly. `rate()` and `increase()` extrapolate to the edges of their window
 * and lose what falls between two windows; the last value now minus the last value a step ago does neither, so that
 * the steps of a day add up to the day. A counter that went down has been restarted and counts from 0. Looking back
 * `memory` for the last value bridges a restart, during which there is none.
 */
export function incrementOf(query: string, step: string, memory: string): string {
  const counted = query.replaceAll(RATE, (_, selector: string) => {
    const now = `last_over_time(${selector.trim()}[${memory}])`
    const before = `last_over_time(${selector.trim()}[${memory}] offset ${step})`
    return `(${now} - ${before} >= 0 or (${now} and ${before}))`
  })
  return withWindow(counted, step)
}
