/**
 * The fault proxy beside HAProxy (TCP mode, one thread), each alone on one core with client and server on the other: small
 * requests over many connections, the round trip of one, a large stream, 2,000 connections at once; then how exactly toxics
 * keep their times. The routes are taken in turn, so that other work of the machine affects all of them.
 *
 *   npm run bench:proxy -- [--rounds 5] [--seconds 3]
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compare, measure } from '../measuring/checks.ts'
import { distribution } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { hasAll } from '../measuring/needed.ts'
import { print } from '../measuring/print.ts'
import { measureLate } from './late-proxy.ts'
import { OTHERS_CORE, type Route, startRoutes } from './routes.ts'
import { measureTimings } from './toxic-timing.ts'
import { measureRound, type Round, wrk } from './traffic.ts'

const CROWD = 2_000
/** To HAProxy; of toxics, to a bare timer; of a rate while the proxy is often stopped. */
const LIMITS = { ofHaproxy: 0.8, addedRoundTrip: 1.5, timing: [0.95, 1.1], lateShare: [0.9, 1.1] } as const

const NEEDED: Record<string, [string, ...string[]]> = {
  wrk: ['wrk', '--version'],
  haproxy: ['haproxy', '-v'],
  'nginx-light': ['nginx', '-v'],
  iperf3: ['iperf3', '--version'],
  'util-linux': ['taskset', '--version'],
}

const KEYS = [
  'requestsPerSecond',
  'roundTripMicroseconds',
  'gigabitsPerSecond',
  'requestCpuMicroseconds',
  'gigabyteCpuMilliseconds',
] as const satisfies readonly (keyof Round)[]

async function measureRoutes(routes: readonly Route[], rounds: number, seconds: number) {
  const measured = new Map<string, Round[]>(routes.map(({ name }) => [name, []]))
  for (let n = 0; n < rounds; n++) {
    for (const route of routes) measured.get(route.name)?.push(await measureRound(route, seconds))
  }
  return Object.fromEntries(
    [...measured].map(([name, all]) => [
      name,
      Object.fromEntries(KEYS.map((key) => [key, distribution(all.map((round) => round[key]))])),
    ]),
  )
}

function checksOf(
  figures: Awaited<ReturnType<typeof measureRoutes>>,
  timings: Awaited<ReturnType<typeof measureTimings>>,
  others: { failed: number; late: Record<string, number> },
) {
  const median = (name: string, key: keyof Round) => figures[name]?.[key]?.median ?? Number.NaN
  const besideHaproxy = (key: keyof Round) => ({
    ours: median('ours', key),
    peerName: 'HAProxy',
    peer: median('haproxy', key),
  })
  const added = (name: string) => median(name, 'roundTripMicroseconds') - median('direct', 'roundTripMicroseconds')
  const [leastTime, mostTime] = LIMITS.timing
  const [leastRate, mostRate] = LIMITS.lateShare
  return [
    compare({ what: 'requests', unit: '/s', ...besideHaproxy('requestsPerSecond'), atLeast: LIMITS.ofHaproxy }),
    compare({ what: 'stream', unit: 'Gbit/s', ...besideHaproxy('gigabitsPerSecond'), atLeast: LIMITS.ofHaproxy }),
    compare({
      ...{ what: 'added round trip', unit: 'us', ours: added('ours') },
      ...{ peerName: 'HAProxy', peer: added('haproxy'), atMost: LIMITS.addedRoundTrip },
    }),
    compare({ what: 'CPU of a request', unit: 'us', ...besideHaproxy('requestCpuMicroseconds') }),
    compare({ what: 'CPU of a gigabyte', unit: 'ms', ...besideHaproxy('gigabyteCpuMilliseconds') }),
    measure({ what: `failed over ${CROWD} connections`, ours: others.failed, atMost: 0 }),
    ...timings.map(({ toxic, tookMs, bareMs }) =>
      compare({
        ...{ what: toxic, unit: 'ms', ours: tookMs.median, peerName: 'bare timers', peer: bareMs.median },
        ...{ atLeast: leastTime, atMost: mostTime },
      }),
    ),
    ...Object.entries(others.late).map(([name, share]) =>
      measure({ what: `${name}, proxy often stopped`, ours: share, atLeast: leastRate, atMost: mostRate }),
    ),
  ]
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' } },
  })
  if (!hasAll(NEEDED)) return
  spawnSync('taskset', ['-a', '-p', '-c', String(OTHERS_CORE), String(process.pid)], { stdio: 'ignore' })
  const folder = await mkdtemp(join(tmpdir(), 'fd-bench-proxy-'))
  const started = await startRoutes(folder)
  try {
    const seconds = Number(values.seconds)
    const figures = await measureRoutes(started.routes, Number(values.rounds), seconds)
    const crowd = await wrk(started.ourPort, CROWD, seconds)
    print(`${CROWD} connections: ${crowd.requestsPerSecond}/s, failed ${crowd.failed}`)
    const timings = await measureTimings(started.api)
    const late = await measureLate(started.api, started.ourPid)
    const checks = checksOf(figures, timings, { failed: crowd.failed, late })
    await finish('proxy', checks, { crowd: { connections: CROWD, ...crowd }, timings, late, ...figures })
  } finally {
    started.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

await main()
