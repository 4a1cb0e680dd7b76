/** Reads "250ms", "1.5s", "2m", "1h30m" as milliseconds; `undefined` when the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const whole = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/
  if (!whole.test(text)) return undefined
  let totalMs = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    totalMs += Number(amount) * UNITS_MS[unit as Unit]
  }
  return totalMs
}

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

type Unit = keyof typeof UNITS_MS

const PROMETHEUS_UNITS_MS = { ...UNITS_MS, w: 7 * UNITS_MS.d, y: 365 * UNITS_MS.d } as const
const PROMETHEUS_DURATION = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/
/** Prometheus counts in nanoseconds, in 64 bits. */
const LONGEST_MS = 2 ** 63 / 1_000_000

/**
 * Reads a duration of Prometheus' own files and expressions as milliseconds: whole numbers, each unit once and the largest first
 * ("1h30m", "2w", "1y"), or "0". `undefined` for what Prometheus refuses.
 */
export function parsePromDuration(text: string): number | undefined {
  if (text === '0') return 0
  if (text === '' || text.length > 100 || !PROMETHEUS_DURATION.test(text)) return undefined
  let totalMs = 0
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    totalMs += Number(amount) * PROMETHEUS_UNITS_MS[unit as keyof typeof PROMETHEUS_UNITS_MS]
  }
  return totalMs < LONGEST_MS ? totalMs : undefined
}

/** Writes milliseconds as Prometheus reads them: whole units only, the largest that divides evenly ("500ms", "90s", "5m"). */
export function promDuration(ms: number): string {
  const whole = Math.round(ms)
  if (whole === 0) return '0s'
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (whole % UNITS_MS[unit] === 0) return `${whole / UNITS_MS[unit]}${unit}`
  }
  return `${whole}ms`
}

/** Writes milliseconds for people: "84 ms", "1.32 s", "2 min 5 s". */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 9_995) return `${(ms / 1_000).toFixed(2)} s`
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
