/** Figures of requests, with the digits that matter. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })

/** "0.84 ms", "12.3 ms", "210 ms", "1.32 s", "2 min 5 s". */
export function formatMs(ms: number): string {
  if (ms === 0) return '0 ms'
  if (ms < 10) return `${ms.toFixed(2)} ms`
  if (ms < 100) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9_995) return `${(ms / 1_000).toFixed(2)} s`
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** "12,345". */
export function formatCount(count: number): string {
  return whole.format(count)
}

/** "9.5/s", "1,234/s". */
export function formatRate(perSecond: number): string {
  return `${perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : whole.format(perSecond)}/s`
}

/** For the axis of a chart, where there is little room: "1.2K". */
export function formatShort(value: number): string {
  return short.format(value)
}

/** A ratio as a percentage; small ones are not rounded to nothing: "0 %", "0.012 %", "3.4 %". */
export function formatPercent(ratio: number): string {
  const percent = ratio * 100
  return `${percent === 0 ? '0' : percent < 0.1 ? percent.toFixed(3) : percent.toFixed(1)} %`
}
