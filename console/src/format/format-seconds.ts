const MINUTE_MS = 60_000

/** A length of time of a run, as reports of runs have it: "0.31 s", "2.05 s", from a minute on "2 min 5 s". */
export function formatSeconds(ms: number): string {
  if (Math.abs(ms) >= MINUTE_MS) {
    const seconds = Math.round(Math.abs(ms) / 1_000)
    const rest = seconds % 60
    return `${ms < 0 ? '-' : ''}${Math.floor(seconds / 60)} min${rest === 0 ? '' : ` ${rest} s`}`
  }
  const text = (ms / 1_000).toFixed(2)
  return `${Number(text) === 0 ? text.replace('-', '') : text} s`
}

/** What is counted from a moment, with its sign: "+1.32 s", "-0.50 s". */
export function formatSince(ms: number): string {
  const text = formatSeconds(ms)
  return text.startsWith('-') ? text : `+${text}`
}

/** A length of time, or a dash for what is not known. */
export function secondsOrDash(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '–' : formatSeconds(ms)
}

/** A floor or another range: "0–0.60 s". */
export function formatRange({ minMs, maxMs }: { minMs: number; maxMs: number }): string {
  if (Math.max(minMs, maxMs) >= MINUTE_MS) return `${formatSeconds(minMs)} – ${formatSeconds(maxMs)}`
  return `${minMs === 0 ? '0' : (minMs / 1_000).toFixed(2)}–${formatSeconds(maxMs)}`
}
