import { type Distribution, distribution, tenth } from '../measuring/distribution.ts'
import type { Pinned } from '../measuring/pinned.ts'

const WARM_UP_SECONDS = 4

export interface MeteringOptions {
  /** The store with its HTTP metering, or without it. */
  start(kind: 'metered' | 'bare'): Promise<Pinned>
  /** CPU time a request takes under load, measured for `seconds`. */
  cpuMicroseconds(service: Pinned, seconds: number): Promise<number>
  pairs: number
}

/** In percent of the CPU time a request takes. */
export type Metering = Distribution & { medianBetween: [number, number] }

/**
 * What metering costs, as a share of the CPU time a request takes, which is the throughput of a core: many short runs in
 * pairs, in turn first and second, so that what else the machine does meets both alike. Both services are new ones, so
 * that neither is warmer than the other. `medianBetween`: where the median lies with 95 % certainty, from the ranks.
 */
export async function measureMetering({ start, cpuMicroseconds, pairs }: MeteringOptions): Promise<Metering> {
  const [metered, bare] = [await start('metered'), await start('bare')]
  try {
    for (const one of [metered, bare]) await cpuMicroseconds(one, WARM_UP_SECONDS)
    const costs: number[] = []
    for (let pair = 0; pair < pairs; pair++) {
      const cpu = new Map<Pinned, number>()
      for (const one of pair % 2 === 0 ? [metered, bare] : [bare, metered]) cpu.set(one, await cpuMicroseconds(one, 1))
      costs.push((1 - (cpu.get(bare) ?? Number.NaN) / (cpu.get(metered) ?? Number.NaN)) * 100)
    }
    const sorted = costs.map(tenth).sort((a, b) => a - b)
    // Ranks n/2 ± 1.96·√n/2: half of all values lie on either side of the median, for every distribution.
    const reach = (1.96 * Math.sqrt(pairs)) / 2
    const rank = (n: number) => sorted[Math.min(pairs - 1, Math.max(0, Math.round(n)))] ?? Number.NaN
    return { ...distribution(costs), medianBetween: [rank(pairs / 2 - reach - 1), rank(pairs / 2 + reach)] }
  } finally {
    await Promise.all([metered.stop(), bare.stop()])
  }
}
