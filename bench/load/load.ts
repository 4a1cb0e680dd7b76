/**
 * The load generator against its peers: one core each, all against the same nginx on another core, in one run. Then what it
 * costs (10,000 idle users, 1,000 users at 2,000 requests/s, beside the CPU of wrk for as many requests) and whether its percentiles
 * are the server's own. Peers that are not installed are left out and named: wrk, hey, locust and nginx are Debian packages;
 * autocannon comes from npm.
 *
 *   npm run bench:load -- [--seconds 10] [--only firedrill,wrk] [--users 64]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { type Check, compare, measure } from '../measuring/checks.ts'
import { finish } from '../measuring/finish.ts'
import { hasAll } from '../measuring/needed.ts'
import { print } from '../measuring/print.ts'
import { type Generator, Generators, perSecond } from './generators.ts'
import { startDelays, startNginx } from './servers.ts'

/**
 * Requests to those of wrk, which is C, and of autocannon, which is Node; CPU a request of 1,000 thinking users to that of wrk; percentiles
 * to those that the server knows; memory of 10,000 users, which no machine's speed changes.
 */
const LIMITS = {
  ofWrk: 0.6,
  ofAutocannon: 1,
  steadyCpuOfWrk: 20,
  percentiles: [0.98, 1.1],
  idleMegabytes: 300,
} as const

const journey = (name: string) => join(packageFolder(), 'dist', 'bench', 'load', 'journeys', `${name}.js`)

/** All generators in turn against nginx. */
async function measurePeers(generators: Generators, url: string, only: readonly string[] | undefined) {
  const requestsPerSecond: Record<string, number> = {}
  const cpuMicroseconds: Record<string, number> = {}
  for (const [name, run] of Object.entries(generators.all(journey('hello')))) {
    if (only !== undefined && !only.includes(name)) continue
    const measured = await (run as Generator)(url)
    if (measured === undefined) {
      print(`${name.padEnd(20)} not installed`)
      continue
    }
    requestsPerSecond[name] = Math.round(measured.requestsPerSecond)
    cpuMicroseconds[name] = Math.round(measured.cpuMicroseconds * 10) / 10
    print(`${name.padEnd(20)} ${requestsPerSecond[name]} requests/s, ${cpuMicroseconds[name]} us of CPU each`)
  }
  return { requestsPerSecond, cpuMicroseconds }
}

async function measureIdle(generators: Generators, url: string) {
  const args = ['--journey', journey('idle'), '--users', '10000', '--spawn-rate', '2000', '--duration', '12s']
  const { result, peakMegabytes } = await generators.firedrill(url, args)
  return {
    users: Math.max(...result.history.map(({ users }) => users)),
    failures: result.total.failures,
    peakMegabytes: Math.round(peakMegabytes),
  }
}

async function measureSteady(generators: Generators, url: string, seconds: number) {
  const users = ['--users', '1000', '--spawn-rate', '1000']
  const args = ['--journey', journey('steady'), ...users, '--duration', `${seconds}s`]
  const { result, cpuSeconds } = await generators.firedrill(url, args)
  return {
    requestsPerSecond: Math.round(perSecond(result)),
    coreShare: hundredth(cpuSeconds / (result.elapsedMs / 1_000)),
    cpuMicroseconds: Math.round((cpuSeconds / result.total.requests) * 1e6),
    failures: result.total.failures,
  }
}

/** Percentiles of the generator beside those of a server that knows how long it has delayed each answer. */
async function measureKnownDelays(generators: Generators, url: string, seconds: number) {
  await fetch(`${url}/reset`)
  const args = ['--journey', journey('steady'), '--rate', '300', '--duration', `${seconds}s`]
  const { result } = await generators.firedrill(url, args)
  const known = (await (await fetch(`${url}/delays`)).json()) as number[]
  const rank = (percent: number) => known[Math.max(0, Math.ceil((percent / 100) * known.length) - 1)] ?? Number.NaN
  const latency = result.total.latencyMs
  return {
    p99: { serverMs: hundredth(rank(99)), measuredMs: hundredth(latency?.p99 ?? Number.NaN), requests: known.length },
    p50: { serverMs: hundredth(rank(50)), measuredMs: hundredth(latency?.p50 ?? Number.NaN) },
  }
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100
}

function checksOf(figures: {
  peers: Awaited<ReturnType<typeof measurePeers>>
  idle: Awaited<ReturnType<typeof measureIdle>>
  steady: Awaited<ReturnType<typeof measureSteady>>
  knownDelays: Awaited<ReturnType<typeof measureKnownDelays>>
}): Check[] {
  const { peers, idle, steady, knownDelays } = figures
  const { firedrill: ours, ...rates } = peers.requestsPerSecond
  const limits: Record<string, number> = { wrk: LIMITS.ofWrk, autocannon: LIMITS.ofAutocannon }
  const wrkCpu = peers.cpuMicroseconds.wrk
  const [atLeast, atMost] = LIMITS.percentiles
  return [
    ...Object.entries(rates).map(([peerName, peer]) =>
      compare({
        ...{ what: 'requests', unit: '/s', ours: ours ?? Number.NaN, peerName, peer },
        ...(limits[peerName] === undefined ? {} : { atLeast: limits[peerName] }),
      }),
    ),
    ...(wrkCpu === undefined
      ? []
      : [
          compare({
            ...{ what: 'CPU a request of 1,000 users', unit: 'us', ours: steady.cpuMicroseconds },
            ...{ peerName: 'wrk', peer: wrkCpu, atMost: LIMITS.steadyCpuOfWrk },
          }),
        ]),
    ...Object.entries(knownDelays).map(([what, { measuredMs, serverMs }]) =>
      compare({ what, unit: 'ms', ours: measuredMs, peerName: 'the server', peer: serverMs, atLeast, atMost }),
    ),
    measure({ what: 'idle users', ours: idle.users, atLeast: 10_000 }),
    measure({ what: 'memory of 10,000 users', unit: 'MB', ours: idle.peakMegabytes, atMost: LIMITS.idleMegabytes }),
    measure({ what: 'failed requests', ours: idle.failures + steady.failures, atMost: 0 }),
  ]
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '10' },
      only: { type: 'string' },
      users: { type: 'string', default: '64' },
    },
  })
  if (!hasAll({ 'nginx-light': ['nginx', '-v'], 'util-linux': ['taskset', '--version'] })) return
  const [seconds, users] = [Number(values.seconds), Number(values.users)]
  const folder = await mkdtemp(join(tmpdir(), 'fd-bench-load-'))
  const generators = new Generators({ seconds, users, folder })
  const [nginx, delays] = [await startNginx(folder), await startDelays()]
  try {
    const peers = await measurePeers(generators, nginx.url, values.only?.split(','))
    const idle = await measureIdle(generators, nginx.url)
    print(`idle users           ${JSON.stringify(idle)}`)
    const steady = await measureSteady(generators, nginx.url, seconds)
    print(`1,000 users          ${JSON.stringify(steady)}`)
    const knownDelays = await measureKnownDelays(generators, delays.url, seconds)
    print(`known delays         ${JSON.stringify(knownDelays)}`)
    const checks = checksOf({ peers, idle, steady, knownDelays })
    await finish('load', checks, { seconds, users, ...peers, idle, steady, knownDelays })
  } finally {
    for (const { child } of [nginx, delays]) child.kill('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  }
}

await main()
