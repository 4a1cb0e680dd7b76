import { parseDuration } from '../../base/units/duration.ts'

/** Reads "50ms..150ms" or "1s"; undefined when it is neither. Without a text there is no pause. */
export function readThink(text: string | undefined): ThinkTime | undefined {
  if (text === undefined) return { minMs: 0, maxMs: 0 }
  const [first = '', second = first, ...more] = text.split('..')
  const [minMs, maxMs] = [parseDuration(first.trim()), parseDuration(second.trim())]
  if (minMs === undefined || maxMs === undefined || maxMs < minMs || more.length > 0) return undefined
  return { minMs, maxMs }
}

export interface ThinkTime {
  minMs: number
  maxMs: number
}
