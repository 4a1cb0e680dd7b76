/** The time range of a dashboard, as it stands in the address. */

/** What is looked at: the time up to now, or a fixed span. */
export type Range = { kind: 'live'; rangeMs: number | undefined } | { kind: 'fixed'; fromMs: number; toMs: number }

/** `from` and `to` in epoch milliseconds win over `range` ("15m"); what cannot be read is left to the dashboard. */
export function readRange(query: URLSearchParams): Range {
  const [fromMs, toMs] = [moment(query.get('from')), moment(query.get('to'))]
  if (fromMs !== undefined && toMs !== undefined && fromMs < toMs && toMs - fromMs <= LONGEST_MS)
    return { kind: 'fixed', fromMs, toMs }
  const rangeMs = parseSpan(query.get('range') ?? '')
  return { kind: 'live', rangeMs: rangeMs === undefined || rangeMs > LONGEST_MS ? undefined : Math.max(rangeMs, 1_000) }
}

/** Of a stack that is this young: the whole minutes since its begin, so that its graphs are filled. `undefined` once it is older than five. */
export function youngRangeMs(ageMs: number | undefined): number | undefined {
  const minuteMs = 60_000
  return ageMs === undefined || ageMs >= 5 * minuteMs ? undefined : Math.max(1, Math.ceil(ageMs / minuteMs)) * minuteMs
}

/** Milliseconds of "30s", "15m", "6h", "7d"; `undefined` for anything else. */
export function parseSpan(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  return amount === undefined ? undefined : Number(amount) * (UNITS_MS[unit ?? ''] ?? 0) || undefined
}

/** The same the other way round, in the largest unit that divides evenly. */
export function formatSpan(ms: number): string {
  for (const [unit, unitMs] of Object.entries(UNITS_MS)) if (ms % unitMs === 0) return `${ms / unitMs}${unit}`
  return `${Math.round(ms / 1_000)}s`
}

/** "Last 15 minutes" */
export function titleOfSpan(ms: number): string {
  const text = formatSpan(ms)
  const amount = Number.parseInt(text, 10)
  const word = WORDS[text.slice(-1)] ?? 'seconds'
  return amount === 1 ? `Last ${word.slice(0, -1)}` : `Last ${amount} ${word}`
}

const UNITS_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 }
const WORDS: Readonly<Record<string, string>> = { d: 'days', h: 'hours', m: 'minutes', s: 'seconds' }
/** As the API has it. */
const LONGEST_MS = 31 * 86_400_000

function moment(text: string | null): number | undefined {
  return text !== null && /^\d{1,13}$/.test(text) ? Number(text) : undefined
}
