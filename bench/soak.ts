/**
 * The services under a steady load for ten minutes, in which none may grow: 100 virtual users of the store, 50 of quotes.
 * What a service holds on to is its memory right after a collection by force, after three minutes and at the end. What is
 * resident in between is shown, and not judged: it goes up and down with garbage that V8 has no reason yet to collect.
 *
 *   npm run bench:soak -- [--seconds 600]
 */
import { parseArgs } from 'node:util'
import { sleep } from '../src/base/wait.ts'
import { startLoad } from '../src/load/start-load.ts'
import { shop, watchPrices } from './crowd-journeys.ts'
import { type KeptMemory, keptMemory } from './kept-memory.ts'
import { residentMegabytes, servicePids } from './resident.ts'
import { distribution, saveResults, say, tenth } from './results.ts'
import { type BenchStack, keepResponderOff, restartsOf, startStack, urlOf } from './stack.ts'

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
  say(`kept after ${Math.round(0.3 * seconds)} s   ${JSON.stringify(early)}`)
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
  for (const one of services) say(JSON.stringify(one))
  const restarts = await restartsOf(stack)
  const within =
    restarts === 0 && services.every((one) => Math.max(one.keptHeapRatio, one.keptResidentRatio) <= LIMITS.keptRatio)
  await saveResults('soak', { seconds, services, restarts, limits: LIMITS, within })
  say(within ? 'within all limits' : 'OVER A LIMIT')
  process.exitCode = within ? 0 : 1
} finally {
  await stack.stop()
}
