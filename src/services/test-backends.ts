import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import pg from 'pg'
import { defined } from '../base/defined.ts'
import { done, waitUntil } from '../base/wait.ts'
import { preparePostgres } from '../runtimes/native/components/postgres/prepare-postgres.ts'
import { resolveComponents } from '../runtimes/native/components/resolve.ts'
import { PortLedger } from '../runtimes/native/process/ports.ts'

/** A real server that tests break and repair. */
export interface Backend {
  url: string
  /** Starts it on the same port with the same data; resolves when it accepts a login. */
  start(): Promise<void>
  /** Resolves when the process has ended. */
  kill(signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM'): Promise<void>
  pause(): void
  resume(): void
  /** Ends it and removes its data. */
  remove(): Promise<void>
}

const START_TIMEOUT_MS = 20_000
const PASSWORD = 'a secret/with@signs'

/** A PostgreSQL of its own, running. */
export async function startPostgres(): Promise<Backend & { query(sql: string): Promise<unknown[]> }> {
  const folder = await temporaryFolder('postgres')
  const component = (await resolveComponents(['postgres'], { fetch: true })).get('postgres')
  if (component === undefined) throw new Error('no PostgreSQL')
  const prepared = await preparePostgres({
    component,
    dataDir: join(folder, 'data'),
    password: PASSWORD,
    stackId: `test-${process.pid}`,
    stateFolder: folder,
    openFolder: join(folder, 'open'),
  })
  const { port, giveBack } = await claimPort(25_432)
  const url = `postgres://firedrill:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/firedrill`
  const query = async (sql: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }
  const backend = backendOf(folder, url, {
    spawn: () =>
      spawn(prepared.command, [...prepared.args, '-p', `${port}`, '-c', 'listen_addresses=127.0.0.1'], {
        env: prepared.env,
        cwd: prepared.cwd,
        ...defined({ uid: prepared.uid, gid: prepared.gid }),
        stdio: 'ignore',
      }),
    login: () => query('select 1'),
    giveBack,
  })
  await backend.start()
  return { ...backend, query }
}

/** A Redis of its own, running, which keeps nothing over a restart. */
export async function startRedis(): Promise<Backend> {
  const folder = await temporaryFolder('redis')
  const component = (await resolveComponents(['redis'], { fetch: true })).get('redis')
  const program = component?.programs['redis-server']
  if (component === undefined || program === undefined) throw new Error('no Redis')
  const { port, giveBack } = await claimPort(26_379)
  const url = `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`
  const settings = { port, bind: '127.0.0.1', requirepass: PASSWORD, dir: folder, save: '', appendonly: 'no' }
  const backend = backendOf(folder, url, {
    spawn: () =>
      spawn(
        program,
        [...component.args, ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`])],
        { env: { ...process.env, ...component.env }, stdio: 'ignore' },
      ),
    login: async () => {
      const client = createClient({ url, socket: { reconnectStrategy: false } })
      client.on('error', () => undefined)
      await client.connect()
      client.destroy()
    },
    giveBack,
  })
  await backend.start()
  return backend
}

interface BackendServer {
  spawn(): ChildProcess
  login(): Promise<unknown>
  /** Of its port. */
  giveBack(): Promise<void>
}

function backendOf(folder: string, url: string, server: BackendServer): Backend {
  let child: ChildProcess | undefined
  const hasEnded = () => child === undefined || child.exitCode !== null || child.signalCode !== null
  const end = async (signal: NodeJS.Signals) => {
    if (child === undefined || hasEnded()) return
    const ended = once(child, 'exit')
    child.kill(signal)
    // A paused process takes a signal other than SIGKILL only when it goes on.
    child.kill('SIGCONT')
    await ended
  }
  return {
    url,
    start: () =>
      waitUntil(
        async () => {
          // After kill -9 PostgreSQL's own children may still hold its lock for a moment: it ends, and is started again.
          if (hasEnded()) child = server.spawn()
          return done(void (await server.login()))
        },
        { what: `${url} to accept a login`, timeoutMs: START_TIMEOUT_MS, intervalMs: 50 },
      ),
    kill: end,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    remove: async () => {
      await end('SIGINT')
      await rm(folder, { recursive: true, force: true })
      await server.giveBack()
    },
  }
}

async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `firedrill-test-${name}-`))
  // PostgreSQL runs as another user when we are root.
  await chmod(folder, 0o755)
  return folder
}

/** A port that stays claimed until it is given back, also while the server that uses it is killed. */
async function claimPort(preferred: number): Promise<{ port: number; giveBack(): Promise<void> }> {
  const ports = new PortLedger('127.0.0.1')
  // Not on Linux a claim holds nobody off: test files that run at the same time then start at different places.
  const port = await ports.reserve(preferred + (process.pid % 97) * 10)
  await ports.release(port)
  return { port, giveBack: () => ports.close() }
}
