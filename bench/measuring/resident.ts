import { readFileSync } from 'node:fs'
import type { BenchStack } from './stack.ts'

const SERVICES = ['store', 'quotes', 'worker'] as const

/** The process of the first replica of each service. */
export async function servicePids(stack: BenchStack): Promise<[string, number][]> {
  const { services } = await stack.control.stack()
  return SERVICES.map((name) => {
    const pid = services.find((service) => service.name === name)?.replicas[0]?.pid
    if (pid === undefined) throw new Error(`the stack has no process of ${name}`)
    return [name, pid]
  })
}

/** Resident memory of the first replica of each service, in megabytes. */
export async function residentMegabytes(stack: BenchStack): Promise<Record<string, number>> {
  return Object.fromEntries(
    (await servicePids(stack)).map(([name, pid]) => {
      const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      return [name, Math.round(Number(rss) / 1_000)]
    }),
  )
}
