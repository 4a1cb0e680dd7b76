import { parseDuration, promDuration } from './duration.ts'

/** From at least to at most, in milliseconds. */
export interface DurationRange {
  minMs: number
  maxMs: number
}

/** Reads "10s..15s", or "5s" for exactly that; `undefined` when the text is neither. */
export function parseDurationRange(text: string): DurationRange | undefined {
  const [from = '', to = from, ...more] = text.split('..')
  const minMs = parseDuration(from)
  const maxMs = parseDuration(to)
  if (minMs === undefined || maxMs === undefined || minMs > maxMs || more.length > 0) return undefined
  return { minMs, maxMs }
}

/** As parseDurationRange reads it. */
export function writeDurationRange({ minMs, maxMs }: DurationRange): string {
  return minMs === maxMs ? promDuration(minMs) : `${promDuration(minMs)}..${promDuration(maxMs)}`
}
