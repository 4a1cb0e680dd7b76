/**
 * The services under a crowd, on a stack of their own: 1,000 virtual users over all endpoints, and 1,000 clients of the quote stream.
 * How long users and clients wait is measured beside a fixed piece of work.
 *
 *   npm run bench:crowd -- [--users 1000] [--seconds 60] [--streams 1000]
 */
import { type ClientRequest, get } from 'node:http'
import { parseArgs } from 'node:util'
import { sleep } from '../../src/base/wait.ts'
import { startLoad } from '../../src/load/start-load.ts'
import { compare, measure } from '../measuring/checks.ts'
import { distribution } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { MachineSpeed } from '../measuring/machine-speed.ts'
import { print } from '../measuring/print.ts'
import { residentMegabytes } from '../measuring/resident.ts'
import { type BenchStack, keepResponderOff, restartsOf, startStack, urlOf } from '../measuring/stack.ts'
import { shop, watchPrices } from './crowd-journeys.ts'

/** Of the times: pieces of reference work. */
const LIMITS = { p95Work: 10, streamP99Work: 25, idleResidentMegabytes: 90 }

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

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
    streams: { type: 'string', default: '1000' },
  },
})
const [users, seconds, streams] = [values.users, values.seconds, values.streams].map(Number) as [number, number, number]

const speed = new MachineSpeed()
const stack = await startStack('lab')
try {
  await keepResponderOff(stack, 3_600_000)
  await sleep(30_000)
  const idle = await residentMegabytes(stack)
  print(`idle      ${JSON.stringify(idle)} MB resident`)
  speed.sample()
  const crowd = await measureUsers(stack, users, seconds)
  speed.sample()
  for (const { service, requests, failures, failuresByCause, latencyMs, ratePerSecond, saturation } of crowd) {
    const wait = `p95 ${latencyMs?.p95} ms, p99 ${latencyMs?.p99} ms`
    const failed = `${failures} failures ${JSON.stringify(failuresByCause)}`
    print(`users     ${service}: ${requests} requests, ${failed}, ${wait}, ${Math.round(ratePerSecond)}/s`)
    print(`          generator ${JSON.stringify(saturation)}`)
  }
  const stream = await measureStreams(stack, streams, Math.min(seconds, 30))
  speed.sample()
  print(`streams   ${JSON.stringify(stream)}`)
  const restarts = await restartsOf(stack)
  const work = { unit: 'ms', peerName: 'reference work', peer: speed.workMs }
  const checks = [
    ...crowd.map(({ service, latencyMs }) =>
      compare({ ...work, what: `p95 of ${service}`, ours: latencyMs?.p95 ?? Number.NaN, atMost: LIMITS.p95Work }),
    ),
    compare({ ...work, what: 'tick to client, p99', ours: stream.tickToClientMs.p99, atMost: LIMITS.streamP99Work }),
    measure({ what: 'failed requests', ours: crowd.reduce((sum, { failures }) => sum + failures, 0), atMost: 0 }),
    measure({ what: 'streams lost', ours: stream.lost, atMost: 0 }),
    measure({ what: 'restarts', ours: restarts, atMost: 0 }),
    ...Object.entries(idle).map(([service, megabytes]) =>
      measure({ what: `idle memory of ${service}`, unit: 'MB', ours: megabytes, atMost: LIMITS.idleResidentMegabytes }),
    ),
  ]
  await finish('crowd', checks, {
    ...{ users, seconds, idleResidentMegabytes: idle, crowd, stream, restarts },
    referenceWorkMs: speed.workMs,
  })
} finally {
  await stack.stop()
}
