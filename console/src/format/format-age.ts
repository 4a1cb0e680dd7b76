const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** An age in its two largest units: "4 s", "2 min 5 s", "3 h 10 min", "2 d 1 h". Never negative. */
export function formatAge(ms: number): string {
  const age = Math.max(0, ms)
  if (age < MINUTE_MS) return `${Math.floor(age / SECOND_MS)} s`
  if (age < HOUR_MS) return inUnits(age, { ms: MINUTE_MS, name: 'min' }, { ms: SECOND_MS, name: 's' })
  if (age < DAY_MS) return inUnits(age, { ms: HOUR_MS, name: 'h' }, { ms: MINUTE_MS, name: 'min' })
  return inUnits(age, { ms: DAY_MS, name: 'd' }, { ms: HOUR_MS, name: 'h' })
}

/** A time of this day: "15:04:05". */
export function formatClock(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('en-GB')
}

interface Unit {
  ms: number
  name: string
}

function inUnits(ms: number, large: Unit, small: Unit): string {
  const rest = Math.floor((ms % large.ms) / small.ms)
  return `${Math.floor(ms / large.ms)} ${large.name}${rest === 0 ? '' : ` ${rest} ${small.name}`}`
}
