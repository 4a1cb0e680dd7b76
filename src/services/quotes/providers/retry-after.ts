/** A Retry-After header (RFC 9110: seconds, or a date) as milliseconds from `nowMs`; `undefined` when it is neither. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  const text = header.trim()
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_MS)
}

/** No source is left alone for longer than this, even if it asks for more. */
const LONGEST_MS = 3_600_000
