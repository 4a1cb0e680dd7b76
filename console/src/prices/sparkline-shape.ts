import type { Point } from '../feed/quotes-state.ts'

/** What a sparkline draws, in the units of its view box. */
export interface SparklineShape {
  /** "x,y x,y …", left to right. */
  line: string
  /** Where the last point lies. */
  end: { x: number; y: number }
  /** Height of the reference price; absent when it lies outside. */
  referenceY?: number
}

/** Fits points into a box, time to the right and price upwards; `undefined` for fewer than two points. */
export function sparklineShape(
  points: readonly Point[],
  { width, height, margin, reference }: { width: number; height: number; margin: number; reference: number },
): SparklineShape | undefined {
  const [first, last] = [points.at(0), points.at(-1)]
  if (first === undefined || last === undefined || points.length < 2) return undefined
  const prices = points.map(({ price }) => price)
  const [low, high] = [Math.min(...prices), Math.max(...prices)]
  const spanMs = Math.max(1, last.atMs - first.atMs)
  const x = (atMs: number) => round(margin + ((atMs - first.atMs) / spanMs) * (width - 2 * margin))
  // A price that never moved is a line in the middle, not noise blown up.
  const y = (price: number) =>
    high === low ? height / 2 : round(height - margin - ((price - low) / (high - low)) * (height - 2 * margin))
  return {
    line: points.map(({ atMs, price }) => `${x(atMs)},${y(price)}`).join(' '),
    end: { x: x(last.atMs), y: y(last.price) },
    ...(reference >= low && reference <= high ? { referenceY: y(reference) } : {}),
  }
}

const round = (value: number) => Math.round(value * 10) / 10
