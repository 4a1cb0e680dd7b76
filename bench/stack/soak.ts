/**
 * The services under a steady load for ten minutes, in which none may grow: 100 virtual users of the store, 50 of quotes.
 * What a service holds on to is its memory right after a collection by force, after three minutes and at the end. What is
 * resident in between is shown, and not judged: it goes up and down with garbage that V8 has no reason yet to collect.
 *
 *   npm run bench:soak -- [--seconds 600]
 */
import { parseArgs } from 'node:util'
import { sleep } from '../../src/base/wait.ts'
import { startLoad } from '../../src/load/start-load.ts'
import { compare, measure } from '../measuring/checks.ts'
import { distribution, tenth } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { type KeptMemory, keptMemory } from '../measuring/kept-memory.ts'
import { print } from '../measuring/print.ts'
import { residentMegabytes, servicePids } from '../measuring/resident.ts'
import { type BenchStack, keepResponderOff, restartsOf, startStack, urlOf } from '../measuring/stack.ts'
import { shop, watchPrices } from './crowd-journeys.ts'

const LIMITS = { keptRatio: 1.1 }
const SAMPLE_MS = 5_000

async function keptByAll(stack: BenchStack): Promise<Record<string, KeptMemory>> {
  const kept: Record<string, KeptMemory> = {}
  // One after the other, since there is one inspector.
  for (const [name, pid] of await servicePids(stack)) kept[name] = await keptMemory(pid)
  return kept
}

async function measureSoak(stack: BenchStack, seconds: number) {
  const loads = [
    startLoad({ journey: shop, origins: [urlOf(stack.view, 'store')], users: 100, spawnRatePerSecond: 50, seed: 3 }),
    startLoad({
      journey: watchPrices,
      origins: [urlOf(stack.view, 'quotes')],
      users: 50,
      spawnRatePerSecond: 50,
      seed: 4,
    }),
  ]
  const resident: Record<string, number>[] = []
  const watch = async (untilShare: number) => {
    while (resident.length * SAMPLE_MS < untilShare * seconds * 1_000) {
      await sleep(SAMPLE_MS)
      resident.push(await residentMegabytes(stack))
    }
  }
  await watch(0.3)
  const early = await keptByAll(stack)
  print(`kept after ${Math.round(0.3 * seconds)} s   ${JSON.stringify(early)}`)
  await watch(1)
  const late = await keptByAll(stack)
  await Promise.all(loads.map((load) => load.stop()))
  return Object.entries(late).map(([service, { heap, resident: kept }]) => {
    const before = early[service] ?? { heap: Number.NaN, resident: Number.NaN }
    return {
      service,
      keptHeapMegabytes: [before.heap, heap].map(tenth),
      keptHeapRatio: hundredth(heap / before.heap),
      keptResidentMegabytes: [before.resident, kept].map(tenth),
      keptResidentRatio: hundredth(kept / before.resident),
      residentByMinute: byMinute(resident.map((sample) => sample[service] ?? Number.NaN)),
    }
  })
}

function byMinute(samples: readonly number[]): number[] {
  const minute = 60_000 / SAMPLE_MS
  const count = Math.ceil(samples.length / minute)
  return Array.from({ length: count }, (_, n) => distribution(samples.slice(n * minute, (n + 1) * minute)).median)
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '600' } } })
const seconds = Number(values.seconds)
const stack = await startStack('lab')
try {
  await keepResponderOff(stack, (seconds + 60) * 1_000)
  const services = await measureSoak(stack, seconds)
  for (const service of services) print(JSON.stringify(service))
  const restarts = await restartsOf(stack)
  const checks = [
    ...services.flatMap(({ service, keptHeapMegabytes: [heapBefore, heap], keptResidentMegabytes: [before, kept] }) => {
      const later = { unit: 'MB', peerName: 'after 30 %', atMost: LIMITS.keptRatio }
      return [
        compare({
          ...later,
          what: `heap kept by ${service}`,
          ours: heap ?? Number.NaN,
          peer: heapBefore ?? Number.NaN,
        }),
        compare({ ...later, what: `memory kept by ${service}`, ours: kept ?? Number.NaN, peer: before ?? Number.NaN }),
      ]
    }),
    measure({ what: 'restarts', ours: restarts, atMost: 0 }),
  ]
  await finish('soak', checks, { seconds, services, restarts })
} finally {
  await stack.stop()
}
