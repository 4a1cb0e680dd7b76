import type { Check } from '../measuring/checks.ts'
import { measure } from '../measuring/checks.ts'
import { tenth } from '../measuring/distribution.ts'

/** How a cost grows with a size, from three sizes on. */

/** A cost that was measured at several sizes. */
export interface Growth {
  /** What costs it: "report --list". */
  what: string
  unit: 'ms' | 'ms/s' | 'MB' | 'KB' | 'KB/s'
  /** The least size that can be measured. */
  least: number
  /** What that costs: a program has to start before it reads anything. */
  base: number
  points: readonly Point[]
}

export interface Point {
  size: number
  cost: number
}

/** In proportion to the size the exponent is 1, for each with each it is 2. Between them lie sorting, caches and chance. */
const LIMITS = { exponent: 1.2 }
/** A cost that has not grown by this share of the base is noise: the same start took 1.02 s of CPU in one run and 1.16 s in the next. */
const LEAST_SHARE = 0.2
/** And so is CPU time that has not grown by this many milliseconds, be it of a request or in a second: a collection of garbage takes as long. */
const LEAST_MS = 2

/**
 * The exponent k where what is above the base is in proportion to what is above the least size, to the power of k: the slope of the straight line through the logarithms, by
 * least squares. No machine's speed changes it.
 */
export function exponentOf({ unit, least, base, points }: Omit<Growth, 'what'>): number {
  const noise = Math.max(base * LEAST_SHARE, unit === 'ms' || unit === 'ms/s' ? LEAST_MS : Number.MIN_VALUE)
  const logs = points.map(({ size, cost }) => [Math.log(size - least), Math.log(Math.max(cost - base, noise))] as const)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(logs.map(([at]) => at)), mean(logs.map(([, value]) => value))]
  const slope = logs.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0)
  return slope / logs.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
}

/** What it costs at a size, on the line through the base and the largest size that was measured. */
export function extrapolate({ least, base, points }: Pick<Growth, 'least' | 'base' | 'points'>, size: number): number {
  const { size: largest, cost } = points.at(-1) ?? { size: 1, cost: base }
  return base + (Math.max(0, cost - base) / (largest - least)) * (size - least)
}

/** One row of the table of a benchmark: what grows no faster than nearly in proportion. */
export function growthCheck(of: string, growth: Growth): Check {
  const costs = growth.points.map(({ size, cost }) => `${tenth(cost)} ${growth.unit} at ${size}`).join(', ')
  const check = measure({
    what: `${growth.what}: exponent over ${of}`,
    ours: exponentOf(growth),
    atMost: LIMITS.exponent,
  })
  return { ...check, peer: costs }
}

/** A growth as a line for people: base, the three sizes, and ten times the largest. */
export function growthLine(growth: Growth): string {
  const { what, unit, least, base, points } = growth
  const ten = 10 * (points.at(-1)?.size ?? 0)
  const cells = points.map(({ size, cost }) => `${size}: ${tenth(cost)}`)
  const more = `${ten}: about ${Math.round(extrapolate(growth, ten))}`
  return `  ${what} (${unit})  ${least}: ${tenth(base)}  ${[...cells, more].join('  ')}  exponent ${exponentOf(growth).toFixed(2)}`
}

/** Costs at one size, by what costs them. */
export type Costs = Readonly<Record<string, { unit: Growth['unit']; cost: number }>>

/** Measures at the least size, which is the base, and then at the others. */
export async function measureGrowth(
  { least, sizes }: { least: number; sizes: readonly number[] },
  costsAt: (size: number) => Promise<Costs>,
): Promise<Growth[]> {
  const base = await costsAt(least)
  const measured: { size: number; costs: Costs }[] = []
  for (const size of sizes) measured.push({ size, costs: await costsAt(size) })
  return Object.entries(base).map(([what, { unit, cost }]) => ({
    what,
    unit,
    least,
    base: cost,
    points: measured.map(({ size, costs }) => ({ size, cost: costs[what]?.cost ?? Number.NaN })),
  }))
}
