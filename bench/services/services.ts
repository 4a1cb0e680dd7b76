/**
 * The store beside a FastAPI and a Flask service that do the same, each on one core, on one PostgreSQL and one Redis;
 * PostgreSQL, Redis and the load generator share the other core. Then what a crowd of users feels, beside a bare Node server; the
 * store with and without its HTTP metering; the time to render /metrics and to start, beside the same bare server; and memory.
 *
 *   npm run bench:services -- [--seconds 1] [--rounds 24] [--pairs 40]
 */

import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { sleep } from '../../src/base/wait.ts'
import { serveCommand } from '../../src/services/serve-command.ts'
import { startPostgres, startRedis } from '../../src/services/test-backends.ts'
import { compare, measure } from '../measuring/checks.ts'
import { type Distribution, distribution } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { hasAll } from '../measuring/needed.ts'
import { type Pinned, startPinned } from '../measuring/pinned.ts'
import { print } from '../measuring/print.ts'
import { load } from '../measuring/wrk.ts'
import { measureMetering } from './metering.ts'
import { measureRender } from './render-time.ts'
import { CONNECTIONS, measureInTurns, point, summaryOf, timesBetterPeer } from './turns.ts'

const SERVICE_CORE = 1
const OTHERS_CORE = 0
const ITEMS = 100
const IDLE_MS = 15_000
const USERS = 1_000
const STARTS = 5
/**
 * Against the better peer: requests. Against a bare Node server of the same run: a crowd's p95, a scrape, a start. Memory depends on
 * no machine's speed.
 */
const LIMITS = {
  timesBetterPeer: 8,
  meteringPercent: 5,
  scrapeTimesBare: 4,
  usersTimesBare: 20,
  startTimesBare: 15,
  residentMegabytes: 90,
}

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

const program = (...path: string[]) => join(packageFolder(), 'dist', 'bench', ...path)

/** Everything that is started on the core of the services. */
class Services {
  readonly #env: Record<string, string>
  readonly #folder: string

  constructor(env: Record<string, string>, folder: string) {
    this.#env = env
    this.#folder = folder
  }

  store(): Promise<Pinned> {
    return this.#start('store', () => [...serveCommand(), 'store'])
  }

  fastapi(): Promise<Pinned> {
    const options = ['--no-access-log', '--log-level', 'warning']
    return this.#start('fastapi', (port) => ['uvicorn', 'fastapi_store:app', '--port', `${port}`, ...options])
  }

  flask(): Promise<Pinned> {
    const options = ['-k', 'gthread', '--threads', '16']
    return this.#start('flask', (port) => ['gunicorn', ...options, '-b', `127.0.0.1:${port}`, 'flask_store:app'])
  }

  /** The store without everything but itself; `bare` without its HTTP metering, too. */
  metered(kind: 'metered' | 'bare'): Promise<Pinned> {
    const bare = kind === 'bare' ? ['--bare'] : []
    return this.#start(kind, () => [process.execPath, program('services', 'peers', 'store.js'), ...bare])
  }

  /** A Node server that answers everything with `body`. */
  async bareServer(body: string): Promise<Pinned> {
    const file = join(this.#folder, 'body')
    await writeFile(file, body)
    return this.#start('bare server', () => [process.execPath, program('measuring', 'bare-server.js')], {
      BARE_BODY: file,
    })
  }

  #start(name: string, command: (port: number) => [string, ...string[]], env = {}): Promise<Pinned> {
    const cwd = join(packageFolder(), 'bench', 'services', 'peers')
    return startPinned({ name, core: SERVICE_CORE, env: { ...this.#env, ...env }, command, cwd })
  }
}

/** Starts of the store and of a bare server in turn, and the store's memory once its start is behind it. */
async function measureStarts(services: Services) {
  const [ready, bareReady]: [number[], number[]] = [[], []]
  // The first start finds a cold page cache.
  await (await services.store()).stop()
  for (let n = 0; n < STARTS; n++) {
    for (const [times, start] of [
      [ready, () => services.store()],
      [bareReady, () => services.bareServer('{}')],
    ] as const) {
      const service = await start()
      times.push(service.readyMs)
      await service.stop()
    }
  }
  return { readyMs: distribution(ready), bareReadyMs: distribution(bareReady) }
}

/** A service that only Prometheus uses. */
async function measureIdleMemory(services: Services): Promise<number> {
  const service = await services.store()
  const endMs = Date.now() + IDLE_MS
  while (Date.now() < endMs) {
    await (await fetch(`${service.url}/metrics`)).text()
    await sleep(500)
  }
  const residentMegabytes = service.residentMegabytes()
  await service.stop()
  return residentMegabytes
}

async function fill(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    `insert into items (key, value) select 'bench-' || n, repeat('x', 100) from generate_series(1, ${ITEMS}) n`,
  )
  await client.end()
}

/** Reads and writes of the store and its peers, in turns. */
async function measurePeers(services: readonly [Pinned, ...Pinned[]], options: { seconds: number; rounds: number }) {
  const [store, ...peers] = services
  const reads = await measureInTurns(services, 'read', options)
  const writes = await measureInTurns(services, 'write', options)
  return {
    figures: Object.fromEntries(
      services.map((service) => [service.name, { read: summaryOf(reads, service), write: summaryOf(writes, service) }]),
    ),
    timesBetterPeer: {
      read: timesBetterPeer(reads, store, peers),
      write: timesBetterPeer(writes, store, peers),
    },
  }
}

/** A crowd over all endpoints, and the same crowd on a bare server. */
async function measureUsers(store: Pinned, bare: Pinned) {
  const crowd = { seconds: 20, connections: USERS }
  return { users: await load(store.url, 'users', crowd), bareUsers: await load(bare.url, 'users', crowd) }
}

function checksOf(figures: {
  peers: Awaited<ReturnType<typeof measurePeers>>
  crowd: Awaited<ReturnType<typeof measureUsers>>
  render: Awaited<ReturnType<typeof measureRender>>
  starts: Awaited<ReturnType<typeof measureStarts>>
  meteringPercent: Distribution
  idleMegabytes: number
}) {
  const { peers, crowd, render, starts } = figures
  const rate = (name: string, kind: 'read' | 'write') =>
    peers.figures[name]?.[kind].requestsPerSecond.median ?? Number.NaN
  const throughput = (['read', 'write'] as const).map((kind) => {
    const [peerName, peer] = (['fastapi', 'flask'] as const)
      .map((name) => [name, rate(name, kind)] as const)
      .reduce((best, one) => (one[1] > best[1] ? one : best))
    const row = compare({
      ...{ what: `${kind}s a second`, unit: '/s', ours: rate('store', kind) },
      ...{ peerName, peer, atLeast: LIMITS.timesBetterPeer },
    })
    // Judged by the median of the rounds' ratios: each round has the machine at one speed.
    const ratio = peers.timesBetterPeer[kind].byRate.median
    return { ...row, ratio, holds: ratio >= LIMITS.timesBetterPeer }
  })
  const failed = Object.values(peers.figures).reduce((sum, { read, write }) => sum + read.failed + write.failed, 0)
  const bare = { unit: 'ms', peerName: 'bare server' }
  return [
    ...throughput,
    measure({ what: 'failed requests', ours: failed + crowd.users.failed, atMost: 0 }),
    measure({
      what: 'cost of metering',
      unit: '%',
      ours: figures.meteringPercent.median,
      atMost: LIMITS.meteringPercent,
    }),
    compare({
      ...{ ...bare, what: `p95 of ${USERS} users`, ours: crowd.users.p95Ms },
      ...{ peer: crowd.bareUsers.p95Ms, atMost: LIMITS.usersTimesBare },
    }),
    compare({
      ...{ ...bare, what: 'scrape of /metrics', ours: render.scrapeMs.median },
      ...{ peer: render.bareMs.median, atMost: LIMITS.scrapeTimesBare },
    }),
    compare({
      ...{ ...bare, what: 'start until ready', ours: starts.readyMs.median },
      ...{ peer: starts.bareReadyMs.median, atMost: LIMITS.startTimesBare },
    }),
    measure({ what: 'idle memory', unit: 'MB', ours: figures.idleMegabytes, atMost: LIMITS.residentMegabytes }),
  ]
}

async function measureAll(services: Services, databaseUrl: string, options: Options): Promise<void> {
  const started: Pinned[] = []
  const start = async (service: Promise<Pinned>) => {
    started.push(await service)
    return service
  }
  try {
    const starts = await measureStarts(services)
    print(`ready after ${starts.readyMs.median} ms, a bare server after ${starts.bareReadyMs.median} ms`)
    const idleMegabytes = await measureIdleMemory(services)
    await fill(databaseUrl)
    const store = await start(services.store())
    const [fastapi, flask] = [await start(services.fastapi()), await start(services.flask())]
    const peers = await measurePeers([store, fastapi, flask], options)
    const crowd = await measureUsers(store, await start(services.bareServer('{}')))
    print(`${USERS} users over all endpoints: ${JSON.stringify(crowd)}`)
    const metrics = await (await fetch(`${store.url}/metrics`)).text()
    const render = await measureRender(store.url, (await start(services.bareServer(metrics))).url)
    const meteringPercent = await measureMetering({
      start: (kind) => services.metered(kind),
      cpuMicroseconds: async (service, seconds) => (await point(service, 'read', seconds)).cpuMicroseconds,
      pairs: options.pairs,
    })
    const residentMegabytes = {
      storeIdle: idleMegabytes,
      ...Object.fromEntries(
        [store, fastapi, flask].map((service) => [`${service.name}AfterLoad`, service.residentMegabytes()]),
      ),
    }
    const checks = checksOf({ peers, crowd, render, starts, meteringPercent, idleMegabytes })
    const figures = {
      connections: CONNECTIONS,
      ...peers,
      ...crowd,
      ...starts,
      meteringPercent,
      render,
      residentMegabytes,
    }
    await finish('services', checks, figures)
  } finally {
    for (const service of started) await service.stop()
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '24' },
      pairs: { type: 'string', default: '40' },
    },
  })
  if (!hasAll(NEEDED)) return
  // All that is started from here on stays on this core unless it is pinned to the other.
  spawnSync('taskset', ['-a', '-p', '-c', String(OTHERS_CORE), String(process.pid)], { stdio: 'ignore' })
  const folder = await mkdtemp(join(tmpdir(), 'fd-bench-services-'))
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    RISKY_FAILURE_RATIO: '0%',
  }
  const options = { seconds: Number(values.seconds), rounds: Number(values.rounds), pairs: Number(values.pairs) }
  try {
    await measureAll(new Services(env, folder), postgres.url, options)
  } finally {
    await Promise.all([postgres.remove(), redis.remove(), rm(folder, { recursive: true })])
  }
}

interface Options {
  seconds: number
  rounds: number
  pairs: number
}

await main()
