/**
 * The store beside a FastAPI and a Flask service that do the same, each on one core, on one PostgreSQL and one Redis;
 * PostgreSQL, Redis and the load generator share the other core. Then the store with and without its HTTP metering, the time
 * to render /metrics, memory and time to start. The peers are in bench/peers/.
 *
 *   npm run bench:services -- [--seconds 5] [--rounds 5] [--pairs 40]
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { sleep } from '../src/base/wait.ts'
import { packageFolder, serveCommand } from '../src/cli/version.ts'
import { startPostgres, startRedis } from '../src/services/test-backends.ts'
import { measureMetering } from './metering.ts'
import { type Pinned, startPinned } from './pinned.ts'
import { measureRender, measureRenderUnderLoad } from './render-time.ts'
import { distribution, saveResults, say, tenth } from './results.ts'
import { type LoadFigures, load } from './wrk.ts'

const SERVICE_CORE = 1
const OTHERS_CORE = 0
const CONNECTIONS = 64
const ITEMS = 100
const IDLE_MS = 15_000
const USERS = 1_000
const LIMITS = {
  timesBetterPeer: 8,
  meteringPercent: 5,
  renderMs: 5,
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

interface Figures {
  read: Point
  write: Point
}

async function point(service: Pinned, kind: 'read' | 'write', seconds: number): Promise<Point> {
  const beforeSeconds = service.cpuSeconds()
  const figures = await load(service.url, kind, { seconds, connections: CONNECTIONS })
  const cpuSeconds = service.cpuSeconds() - beforeSeconds
  return { ...figures, cpuMicroseconds: tenth((cpuSeconds / (figures.requestsPerSecond * seconds)) * 1e6) }
}

async function measure(service: Pinned, seconds: number): Promise<Figures> {
  const run = async (kind: 'read' | 'write') => {
    // The first seconds are the compiler's and the cache's.
    await load(service.url, kind, { seconds: 2, connections: CONNECTIONS })
    return point(service, kind, seconds)
  }
  const figures = { read: await run('read'), write: await run('write') }
  for (const kind of ['read', 'write'] as const) {
    const { requestsPerSecond, p50Ms, p99Ms, failed, cpuMicroseconds } = figures[kind]
    const [rate, cpu] = [String(requestsPerSecond).padStart(6), String(cpuMicroseconds).padStart(6)]
    say(
      `${service.name.padEnd(8)} ${kind.padEnd(5)} ${rate}/s  ${cpu} us CPU  p50 ${p50Ms.toFixed(1)} ms  p99 ${p99Ms.toFixed(1)} ms  failed ${failed}`,
    )
  }
  return figures
}

/** The least disturbed round: whatever else runs on the machine only takes away. How the rounds spread stands beside it. */
function summary(rounds: readonly Figures[]) {
  const of = (kind: 'read' | 'write') => {
    const all = rounds.map((round) => round[kind]).sort((a, b) => b.requestsPerSecond - a.requestsPerSecond)
    return {
      best: all[0],
      requestsPerSecond: distribution(all.map((one) => one.requestsPerSecond)),
      cpuMicroseconds: distribution(all.map((one) => one.cpuMicroseconds)).median,
      failed: all.reduce((sum, one) => sum + one.failed, 0),
    }
  }
  return { read: of('read'), write: of('write') }
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
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '5' },
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
    startPinned({ name, core: SERVICE_CORE, env, command, ...(cwd === undefined ? {} : { cwd }) })
  const peer = join(packageFolder(), 'dist', 'bench', 'peers', 'store.js')
  const startStore = () => pinned('store', () => [process.execPath, peer])
  const started: Pinned[] = []
  try {
    const served = () => pinned('served', () => [...serveCommand(), 'store'])
    // The first start finds a cold page cache.
    await (await served()).stop()
    const idle = await measureIdle(served)
    say(`firedrill serve store: ready after ${idle.readyMs} ms, ${idle.residentMegabytes} MB when idle`)
    await fill(postgres.url)
    const store = await startStore()
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

    const rounds = new Map<Pinned, Figures[]>()
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const one of [store, fastapi, flask])
        rounds.set(one, [...(rounds.get(one) ?? []), await measure(one, Number(values.seconds))])
    }
    const figures = Object.fromEntries([...rounds].map(([service, all]) => [service.name, summary(all)]))
    const users = await load(store.url, 'users', { seconds: 20, connections: USERS })
    say(
      `${USERS} users over all endpoints: ${users.requestsPerSecond}/s, p95 ${users.p95Ms} ms, failed ${users.failed}`,
    )
    const renderMs = await measureRender(store.url)
    const renderUnderLoadMs = await measureRenderUnderLoad(store.url, CONNECTIONS)
    const meteringPercent = await measureMetering({
      start: (kind) => pinned(kind, () => [process.execPath, peer, ...(kind === 'bare' ? ['--bare'] : [])]),
      cpuMicroseconds: async (service, seconds) => (await point(service, 'read', seconds)).cpuMicroseconds,
      pairs: Number(values.pairs),
    })
    const residentMegabytes = {
      storeIdle: idle.residentMegabytes,
      ...Object.fromEntries([store, fastapi, flask].map((one) => [`${one.name}AfterLoad`, one.residentMegabytes()])),
    }
    const readyMs = { served: idle.readyMs, ...Object.fromEntries(started.map((one) => [one.name, one.readyMs])) }

    const names = ['fastapi', 'flask'] as const
    const times = (kind: 'read' | 'write') => {
      const best = Math.max(...names.map((name) => figures[name]?.[kind].best?.requestsPerSecond ?? 0))
      return tenth((figures.store?.[kind].best?.requestsPerSecond ?? 0) / best)
    }
    const timesByCpu = (kind: 'read' | 'write') => {
      const best = Math.min(...names.map((name) => figures[name]?.[kind].cpuMicroseconds ?? Number.NaN))
      return tenth(best / (figures.store?.[kind].cpuMicroseconds ?? Number.NaN))
    }
    const timesBetterPeer = { read: times('read'), write: times('write') }
    const timesBetterPeerByCpu = { read: timesByCpu('read'), write: timesByCpu('write') }
    const failed = Object.values(figures).reduce((sum, { read, write }) => sum + read.failed + write.failed, 0)
    const within =
      failed === 0 &&
      Math.min(timesBetterPeer.read, timesBetterPeer.write) >= LIMITS.timesBetterPeer &&
      meteringPercent.median <= LIMITS.meteringPercent &&
      renderMs.p95 < LIMITS.renderMs &&
      users.failed === 0 &&
      users.p95Ms < LIMITS.usersP95Ms &&
      idle.residentMegabytes < LIMITS.residentMegabytes &&
      idle.readyMs < LIMITS.readyMs
    say(
      `\nstore: ${timesBetterPeer.read} times the better peer's cached reads, ${timesBetterPeer.write} times its inserts`,
    )
    say(`  by CPU time a request: ${timesBetterPeerByCpu.read} and ${timesBetterPeerByCpu.write} times`)
    say(
      `metering costs ${meteringPercent.median} % (with 95 % certainty ${meteringPercent.medianBetween.join(' to ')}); /metrics takes ${renderMs.median} ms, p95 ${renderMs.p95} ms; under load ${renderUnderLoadMs.median} ms`,
    )
    say(`resident MB ${JSON.stringify(residentMegabytes)}; ready after ms ${JSON.stringify(readyMs)}`)
    await saveResults('services', {
      connections: CONNECTIONS,
      figures,
      timesBetterPeer,
      timesBetterPeerByCpu,
      meteringPercent,
      users,
      renderMs,
      renderUnderLoadMs,
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
