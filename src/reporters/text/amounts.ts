import { formatDuration } from '../../base/units/duration.ts'

/** Milliseconds with the digits that matter: "0.84 ms", "12.3 ms", "210 ms", "1.32 s". */
export function amountMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`
  if (ms < 100) return `${ms.toFixed(1)} ms`
  return formatDuration(ms)
}

/** A count with its thousands apart: "12,345". */
export function amount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

export function amountPerSecond(rate: number): string {
  return `${rate < 10 ? rate.toFixed(1) : amount(rate)}/s`
}

/** A ratio as a percentage: small ones are not rounded to nothing. */
export function amountPercent(ratio: number): string {
  const percent = ratio * 100
  return `${percent === 0 ? '0' : percent < 0.1 ? percent.toFixed(3) : percent.toFixed(1)} %`
}

/** "1:05" of minutes and seconds. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

const BARS = '▁▂▃▄▅▆▇█'

/** Values as bars of eight heights, the largest being the highest; zero is a blank. */
export function sparkline(values: readonly number[]): string {
  const largest = Math.max(...values, 0)
  return values
    .map((value) => (value <= 0 ? ' ' : (BARS[Math.min(7, Math.floor((value / largest) * 8))] ?? ' ')))
    .join('')
}
