/**
 * The store beside a FastAPI and a Flask service that do the same, each on one core, on one PostgreSQL and one Redis;
 * PostgreSQL, Redis and the load generator share the other core. Then the store with and without its HTTP metering, the time
 * to render /metrics, memory and time to start. The peers are in bench/peers/.
 *
 *   npm run bench:services -- [--seconds 1] [--rounds 24] [--pairs 40]
 */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { defined } from '../src/base/defined.ts'
import { packageFolder } from '../src/base/files/package-folder.ts'
import { sleep } from '../src/base/wait.ts'
import { serveCommand } from '../src/cli/version.ts'
import { startPostgres, startRedis } from '../src/services/test-backends.ts'
import { measureMetering } from './metering.ts'
import { type Pinned, startPinned } from './pinned.ts'
import { measureRender, measureRenderUnderLoad } from './render-time.ts'
import { distribution, saveResults, say, tenth } from './results.ts'
import { type LoadFigures, load } from './wrk.ts'

const SERVICE_CORE = 1
const OTHERS_CORE = 0
const CONNECTIONS = 64
const WARM_UP_SECONDS = 3
const ITEMS = 100
const IDLE_MS = 15_000
const USERS = 1_000
const LIMITS = {
  timesBetterPeer: 8,
  meteringPercent: 5,
  rendersWithin5ms: 0.95,
  residentMegabytes: 90,
  readyMs: 500,
  usersP95Ms: 200,
}

/** What must be there, and the Debian package that has it. */
const NEEDED: Record<string, [string, ...string[]]> = {
  wrk: ['wrk', '--version'],
  'util-linux': ['taskset', '--version'],
  'python3-fastapi': ['/usr/bin/python3', '-c', 'import fastapi'],
  uvicorn: ['uvicorn', '--version'],
  'python3-uvloop': ['/usr/bin/python3', '-c', 'import uvloop'],
  'python3-httptools': ['/usr/bin/python3', '-c', 'import httptools'],
  'python3-flask': ['/usr/bin/python3', '-c', 'import flask'],
  gunicorn: ['gunicorn', '--version'],
  'python3-prometheus-client': ['/usr/bin/python3', '-c', 'import prometheus_client'],
  'python3-asyncpg': ['/usr/bin/python3', '-c', 'import asyncpg'],
  'python3-psycopg2': ['/usr/bin/python3', '-c', 'import psycopg2'],
  'python3-redis': ['/usr/bin/python3', '-c', 'import redis'],
}

function missingPackages(): string[] {
  const isThere = ([program, ...args]: [string, ...string[]]) => {
    const { error, status } = spawnSync(program, args, { stdio: 'ignore' })
    // wrk --version ends with 1.
    return error === undefined && (status === 0 || program === 'wrk')
  }
  return Object.keys(NEEDED).filter((name) => !isThere(NEEDED[name] ?? ['false']))
}

interface Point extends LoadFigures {
  /** CPU time of the service a request: what the machine's other users take does not count. */
  cpuMicroseconds: number
}

type Kind = 'read' | 'write'

async function point(service: Pinned, kind: Kind, seconds: number): Promise<Point> {
  const beforeSeconds = service.cpuSeconds()
  const figures = await load(service.url, kind, { seconds, connections: CONNECTIONS })
  const cpuSeconds = service.cpuSeconds() - beforeSeconds
  return { ...figures, cpuMicroseconds: tenth((cpuSeconds / (figures.requestsPerSecond * seconds)) * 1e6) }
}

/**
 * All services, in turns of `seconds` each, `rounds` times: the machine's speed changes by half within a minute, so that only what
 * was measured within seconds of one another can be compared.
 */
async function measureInTurns(services: readonly Pinned[], kind: Kind, seconds: number, rounds: number) {
  // The first seconds are the compiler's and the cache's.
  for (const one of services) await load(one.url, kind, { seconds: WARM_UP_SECONDS, connections: CONNECTIONS })
  const all: Map<Pinned, Point>[] = []
  for (let round = 0; round < rounds; round++) {
    const points = new Map<Pinned, Point>()
    for (let turn = 0; turn < services.length; turn++) {
      const one = services[(round + turn) % services.length] as Pinned
      points.set(one, await point(one, kind, seconds))
    }
    all.push(points)
    const cell = (one: Pinned) => {
      const { requestsPerSecond = 0, cpuMicroseconds = 0 } = points.get(one) ?? {}
      return `${one.name} ${String(requestsPerSecond).padStart(6)}/s ${String(cpuMicroseconds).padStart(6)} us CPU`
    }
    say(`${kind.padEnd(5)} ${services.map(cell).join('  ')}`)
  }
  return all
}

/** How the rounds of one service spread. */
function summary(points: readonly Point[]) {
  return {
    requestsPerSecond: distribution(points.map((one) => one.requestsPerSecond)),
    cpuMicroseconds: distribution(points.map((one) => one.cpuMicroseconds)),
    p50Ms: distribution(points.map((one) => one.p50Ms)),
    p99Ms: distribution(points.map((one) => one.p99Ms)),
    failed: points.reduce((sum, one) => sum + one.failed, 0),
  }
}

/** Of each round: how many times the requests of the better peer, and a request of that peer how many times the CPU time. */
function compare(rounds: readonly Map<Pinned, Point>[], store: Pinned, peers: readonly Pinned[]) {
  const times = (of: (round: Map<Pinned, Point>) => number) => distribution(rounds.map(of))
  return {
    byRate: times((round) => {
      const rate = (one: Pinned) => round.get(one)?.requestsPerSecond ?? Number.NaN
      return rate(store) / Math.max(...peers.map(rate))
    }),
    byCpu: times((round) => {
      const cost = (one: Pinned) => round.get(one)?.cpuMicroseconds ?? Number.NaN
      return Math.min(...peers.map(cost)) / cost(store)
    }),
  }
}

/** A service that nobody uses but Prometheus: resident memory once its start is behind it. */
async function measureIdle(start: () => Promise<Pinned>): Promise<{ readyMs: number; residentMegabytes: number }> {
  const service = await start()
  const endMs = Date.now() + IDLE_MS
  while (Date.now() < endMs) {
    await (await fetch(`${service.url}/metrics`)).text()
    await sleep(500)
  }
  const residentMegabytes = service.residentMegabytes()
  await service.stop()
  return { readyMs: service.readyMs, residentMegabytes }
}

async function fill(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    `insert into items (key, value) select 'bench-' || n, repeat('x', 100) from generate_series(1, ${ITEMS}) n`,
  )
  await client.end()
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '24' },
      pairs: { type: 'string', default: '40' },
    },
  })
  const missing = missingPackages()
  if (missing.length > 0) {
    say(`needed, but not there: ${missing.join(', ')}\n  apt-get install --no-install-recommends ${missing.join(' ')}`)
    process.exitCode = 2
    return
  }
  // Whatever is started from here on stays on this core unless it is pinned to the other.
  spawnSync('taskset', ['-a', '-p', '-c', String(OTHERS_CORE), String(process.pid)], { stdio: 'ignore' })
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    RISKY_FAILURE_RATIO: '0%',
  }
  const peers = join(packageFolder(), 'bench', 'peers')
  const pinned = (name: string, command: (port: number) => [string, ...string[]], cwd?: string) =>
    startPinned({ name, core: SERVICE_CORE, env, command, ...defined({ cwd }) })
  const peer = join(packageFolder(), 'dist', 'bench', 'peers', 'store.js')
  const started: Pinned[] = []
  try {
    const served = () => pinned('store', () => [...serveCommand(), 'store'])
    // The first start finds a cold page cache.
    await (await served()).stop()
    const idle = await measureIdle(served)
    say(`firedrill serve store: ready after ${idle.readyMs} ms, ${idle.residentMegabytes} MB when idle`)
    await fill(postgres.url)
    const store = await served()
    started.push(store)
    const fastapi = await pinned(
      'fastapi',
      (port) => ['uvicorn', 'fastapi_store:app', '--port', `${port}`, '--no-access-log', '--log-level', 'warning'],
      peers,
    )
    started.push(fastapi)
    const flask = await pinned(
      'flask',
      (port) => ['gunicorn', '-k', 'gthread', '--threads', '16', '-b', `127.0.0.1:${port}`, 'flask_store:app'],
      peers,
    )
    started.push(flask)

    const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)]
    const reads = await measureInTurns(started, 'read', seconds, rounds)
    const writes = await measureInTurns(started, 'write', seconds, rounds)
    const pointsOf = (all: readonly Map<Pinned, Point>[], one: Pinned) => all.flatMap((round) => round.get(one) ?? [])
    const figures = Object.fromEntries(
      started.map((one) => [one.name, { read: summary(pointsOf(reads, one)), write: summary(pointsOf(writes, one)) }]),
    )
    const users = await load(store.url, 'users', { seconds: 20, connections: USERS })
    say(
      `${USERS} users over all endpoints: ${users.requestsPerSecond}/s, p95 ${users.p95Ms} ms, failed ${users.failed}`,
    )
    const render = await measureRender(store.url)
    const renderUnderLoad = await measureRenderUnderLoad(store.url, CONNECTIONS)
    const meteringPercent = await measureMetering({
      start: (kind) => pinned(kind, () => [process.execPath, peer, ...(kind === 'bare' ? ['--bare'] : [])]),
      cpuMicroseconds: async (service, seconds) => (await point(service, 'read', seconds)).cpuMicroseconds,
      pairs: Number(values.pairs),
    })
    const residentMegabytes = {
      storeIdle: idle.residentMegabytes,
      ...Object.fromEntries([store, fastapi, flask].map((one) => [`${one.name}AfterLoad`, one.residentMegabytes()])),
    }
    const readyMs = { ...Object.fromEntries(started.map((one) => [one.name, one.readyMs])), store: idle.readyMs }

    const timesBetterPeer = {
      read: compare(reads, store, [fastapi, flask]),
      write: compare(writes, store, [fastapi, flask]),
    }
    const failed = Object.values(figures).reduce((sum, { read, write }) => sum + read.failed + write.failed, 0)
    const within =
      failed === 0 &&
      Math.min(timesBetterPeer.read.byRate.median, timesBetterPeer.write.byRate.median) >= LIMITS.timesBetterPeer &&
      meteringPercent.median <= LIMITS.meteringPercent &&
      render.withinLimit >= LIMITS.rendersWithin5ms * render.scrapeMs.n &&
      users.failed === 0 &&
      users.p95Ms < LIMITS.usersP95Ms &&
      idle.residentMegabytes < LIMITS.residentMegabytes &&
      idle.readyMs < LIMITS.readyMs
    for (const [what, { byRate, byCpu }] of Object.entries(timesBetterPeer)) {
      say(
        `${what}s: ${byRate.median} times the better peer's (median of ${byRate.n} rounds, ${byRate.min} to ${byRate.max}); by CPU time a request ${byCpu.median} times`,
      )
    }
    say(
      `metering costs ${meteringPercent.median} % (with 95 % certainty ${meteringPercent.medianBetween.join(' to ')}); /metrics took the store at most 5 ms ${render.withinLimit} of ${render.scrapeMs.n} times, and its client ${render.scrapeMs.median} ms, p95 ${render.scrapeMs.p95} ms; under load ${renderUnderLoad.scrapeMs.median} ms`,
    )
    say(`resident MB ${JSON.stringify(residentMegabytes)}; ready after ms ${JSON.stringify(readyMs)}`)
    await saveResults('services', {
      connections: CONNECTIONS,
      figures,
      timesBetterPeer,
      meteringPercent,
      users,
      render,
      renderUnderLoad,
      residentMegabytes,
      readyMs,
      limits: LIMITS,
      within,
    })
    say(within ? 'within all limits' : 'OVER A LIMIT')
    process.exitCode = within ? 0 : 1
  } finally {
    for (const one of started) await one.stop()
    await Promise.all([postgres.remove(), redis.remove()])
  }
}

await main()
