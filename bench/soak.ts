/**
 * The services under a steady load for ten minutes, in which none may grow: 100 virtual users of the store, 50 of quotes.
 *
 *   npm run bench:soak -- [--seconds 600]
 */
import { parseArgs } from 'node:util'
import { sleep } from '../src/base/wait.ts'
import { startLoad } from '../src/load/start-load.ts'
import { shop, watchPrices } from './crowd-journeys.ts'
import { residentMegabytes } from './resident.ts'
import { distribution, saveResults, say } from './results.ts'
import { type BenchStack, keepResponderOff, restartsOf, startStack, urlOf } from './stack.ts'

const LIMITS = { growthRatio: 1.1 }

/** Steady load; the memory of the third minute against that of the last. */
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
  const samples: Record<string, number>[] = []
  for (let second = 0; second < seconds; second += 5) {
    await sleep(5_000)
    samples.push(await residentMegabytes(stack))
  }
  await Promise.all(loads.map((load) => load.stop()))
  const median = (from: number, to: number, name: string) =>
    distribution(samples.slice(from, to).map((one) => one[name] ?? Number.NaN)).median
  return Object.keys(samples[0] ?? {}).map((name) => {
    const early = median(Math.floor(samples.length * 0.2), Math.floor(samples.length * 0.3), name)
    const late = median(Math.floor(samples.length * 0.9), samples.length, name)
    return {
      service: name,
      earlyMegabytes: early,
      lateMegabytes: late,
      growthRatio: Math.round((late / early) * 100) / 100,
    }
  })
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '600' } } })
const seconds = Number(values.seconds)
const stack = await startStack('lab')
try {
  await keepResponderOff(stack, (seconds + 60) * 1_000)
  const services = await measureSoak(stack, seconds)
  for (const one of services) say(JSON.stringify(one))
  const restarts = await restartsOf(stack)
  const within = restarts === 0 && services.every((one) => one.growthRatio < LIMITS.growthRatio)
  await saveResults('soak', { seconds, services, restarts, limits: LIMITS, within })
  say(within ? 'within all limits' : 'OVER A LIMIT')
  process.exitCode = within ? 0 : 1
} finally {
  await stack.stop()
}
