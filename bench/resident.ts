import { readFileSync } from 'node:fs'
import type { BenchStack } from './stack.ts'

const SERVICES = ['store', 'quotes', 'worker'] as const

/** Resident memory of the first replica of each service, in megabytes. */
export async function residentMegabytes(stack: BenchStack): Promise<Record<string, number>> {
  const { services } = await stack.control.stack()
  return Object.fromEntries(
    SERVICES.map((name) => {
      const pid = services.find((service) => service.name === name)?.replicas[0]?.pid
      const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      return [name, Math.round(Number(rss) / 1_000)]
    }),
  )
}
