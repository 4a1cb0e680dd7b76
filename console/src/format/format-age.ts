const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** An age in its two largest units: "4 s", "2 min 5 s", "3 h 10 min", "2 d 1 h". Never negative. */
export function formatAge(ms: number): string {
  const age = Math.max(0, ms)
  if (age < MINUTE_MS) return `${Math.floor(age / SECOND_MS)} s`
  if (age < HOUR_MS) return two(age, MINUTE_MS, 'min', SECOND_MS, 's')
  if (age < DAY_MS) return two(age, HOUR_MS, 'h', MINUTE_MS, 'min')
  return two(age, DAY_MS, 'd', HOUR_MS, 'h')
}

/** A time of this day: "15:04:05". */
export function formatClock(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('en-GB')
}

function two(ms: number, largeMs: number, large: string, smallMs: number, small: string): string {
  const rest = Math.floor((ms % largeMs) / smallMs)
  return `${Math.floor(ms / largeMs)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`
}
