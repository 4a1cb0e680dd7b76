/**
 * The services under a crowd, on a stack of their own: 1,000 virtual users over all endpoints (no error, p95 under 200 ms),
 * 1,000 clients of the quote stream (tick to client p99 under 100 ms), then a soak in which no service may grow.
 *
 *   npm run bench:crowd -- [--users 1000] [--seconds 60] [--streams 1000] [--soak 600]
 */
import { readFileSync } from 'node:fs'
import { type ClientRequest, get } from 'node:http'
import { parseArgs } from 'node:util'
import { sleep } from '../src/base/wait.ts'
import { defineJourney, weight } from '../src/load/journey.ts'
import { type AnyJourney, journeys } from '../src/load/journeys.ts'
import { startLoad } from '../src/load/start-load.ts'
import { distribution, saveResults, say } from './results.ts'
import { type BenchStack, startStack, urlOf } from './stack.ts'

const LIMITS = { p95Ms: 200, failures: 0, streamP99Ms: 100, idleResidentMegabytes: 90, growthRatio: 1.1 }
const SERVICES = ['store', 'quotes', 'worker'] as const

/** Looks at all prices, or at one; a user looks at what came back before the next click. */
const watchPrices = defineJourney({
  summary: 'Looks at all prices, or at one',
  service: 'quotes',
  think: '500ms..1500ms',
  tasks: [
    weight(4, (user) => user.get('/quotes')),
    weight(1, (user) => user.get('/quotes/:symbol', { params: { symbol: 'AAPL' } })),
  ],
}) as AnyJourney

/** The shop of `heavy`, but it is no failure that what is meant to fail does. */
const shop: AnyJourney = {
  ...journeys.heavy,
  tasks: journeys.heavy.tasks.map((one) =>
    one.task.name === 'takeRisk' ? weight(one.weight, (user) => user.get('/risky', { ok: [500, 503] })) : one,
  ),
}

async function measureUsers(stack: BenchStack, users: number, seconds: number) {
  const share = Math.round(users * 0.3)
  const loads = [
    startLoad({
      journey: shop,
      origins: [urlOf(stack.view, 'store')],
      users: users - share,
      spawnRatePerSecond: 100,
      seed: 1,
    }),
    startLoad({
      journey: watchPrices,
      origins: [urlOf(stack.view, 'quotes')],
      users: share,
      spawnRatePerSecond: 50,
      seed: 2,
    }),
  ]
  await Promise.all(loads.map((load) => load.allRunning))
  await sleep(seconds * 1_000)
  const saturation = loads.map((load) => load.saturation())
  await Promise.all(loads.map((load) => load.stop()))
  return loads.map((load, index) => ({
    service: index === 0 ? 'store' : 'quotes',
    ...load.recorder.summary(),
    saturation: saturation[index],
  }))
}

/**
 * Connects many clients to the stream and times each tick for each client: the age of its prices when they were written
 * (milliseconds since they were fetched), and how much later than the first client this one had them.
 */
async function measureStreams(stack: BenchStack, clients: number, seconds: number) {
  const latencies: number[] = []
  const first = new Map<string, number>()
  const requests: ClientRequest[] = []
  let connected = 0
  let lost = 0
  const url = `${urlOf(stack.view, 'quotes')}/quotes/stream`
  let measuring = false
  for (let index = 0; index < clients; index++) {
    const request = get(url, { agent: false, headers: { accept: 'text/event-stream' } }, (response) => {
      connected++
      let rest = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        const atMs = Date.now()
        const events = (rest + text).split('\n\n')
        rest = events.pop() ?? ''
        if (!measuring) return
        for (const event of events) {
          const data = /^data: ?(.*)$/m.exec(event)?.[1]
          if (data === undefined) continue
          const id = /^id: ?(.*)$/m.exec(event)?.[1]
          if (id === undefined) continue
          const firstMs = first.get(id) ?? atMs
          first.set(id, firstMs)
          const quotes = JSON.parse(data) as { ageMs: number }[]
          latencies.push(atMs - firstMs + Math.min(...quotes.map((quote) => quote.ageMs)))
        }
      })
      response.on('close', () => lost++)
    })
    request.on('error', () => lost++)
    requests.push(request)
    if (index % 50 === 49) await sleep(20)
  }
  // The first event of a client is what it missed, not a tick.
  await sleep(6_000)
  measuring = true
  await sleep(seconds * 1_000)
  measuring = false
  const figures = {
    clients: connected,
    lost,
    ticksReceived: latencies.length,
    tickToClientMs: { ...distribution(latencies), p99: percentile(latencies, 0.99) },
  }
  for (const request of requests) request.destroy()
  return figures
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

async function residentMegabytes(stack: BenchStack): Promise<Record<string, number>> {
  const { services } = await stack.control.stack()
  return Object.fromEntries(
    SERVICES.map((name) => {
      const pid = services.find((service) => service.name === name)?.replicas[0]?.pid
      const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      return [name, Math.round(Number(rss) / 1_000)]
    }),
  )
}

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
  return SERVICES.map((name) => {
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

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
    streams: { type: 'string', default: '1000' },
    soak: { type: 'string', default: '600' },
  },
})
const [users, seconds, streams, soakSeconds] = [values.users, values.seconds, values.streams, values.soak].map(
  Number,
) as [number, number, number, number]

const stack = await startStack('lab')
try {
  await sleep(30_000)
  const idle = await residentMegabytes(stack)
  say(`idle      ${JSON.stringify(idle)} MB resident (limit ${LIMITS.idleResidentMegabytes})`)
  const crowd = await measureUsers(stack, users, seconds)
  for (const one of crowd) {
    say(
      `users     ${one.service}: ${one.requests} requests, ${one.failures} failures ${JSON.stringify(one.failuresByCause)}, p95 ${one.latencyMs?.p95} ms, p99 ${one.latencyMs?.p99} ms, ${Math.round(one.ratePerSecond)}/s, generator ${JSON.stringify(one.saturation)}`,
    )
  }
  const stream = await measureStreams(stack, streams, Math.min(seconds, 30))
  say(`streams   ${JSON.stringify(stream)}`)
  const soak = soakSeconds > 0 ? await measureSoak(stack, soakSeconds) : []
  for (const one of soak) say(`soak      ${JSON.stringify(one)}`)
  const within =
    crowd.every(
      (one) => one.failures <= LIMITS.failures && (one.latencyMs?.p95 ?? Number.POSITIVE_INFINITY) < LIMITS.p95Ms,
    ) &&
    stream.lost === 0 &&
    stream.tickToClientMs.p99 < LIMITS.streamP99Ms &&
    Object.values(idle).every((megabytes) => megabytes < LIMITS.idleResidentMegabytes) &&
    soak.every((one) => one.growthRatio < LIMITS.growthRatio)
  await saveResults('crowd', {
    users,
    seconds,
    idleResidentMegabytes: idle,
    crowd,
    stream,
    soak,
    limits: LIMITS,
    soakLeftOut: soak.length === 0,
    within,
  })
  say(within ? `within all limits${soak.length === 0 ? ' but the soak, which was left out' : ''}` : 'OVER A LIMIT')
  process.exitCode = within ? 0 : 1
} finally {
  await stack.stop()
}
