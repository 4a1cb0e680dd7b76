import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defined } from '../../../../base/defined.ts'
import { done, waitUntil } from '../../../../base/wait.ts'
import { PortLedger } from '../../process/ports.ts'
import type { ResolvedComponent } from '../component.ts'
import { resolveComponents } from '../resolve.ts'
import { firstClosedFolder, giveTo } from './postgres-account.ts'
import { copyPostgres } from './postgres-copy.ts'
import { type PreparedPostgres, preparePostgres } from './prepare-postgres.ts'

const isRoot = process.getuid?.() === 0
const TEST_TIMEOUT_MS = 60_000

const scratch = await mkdtemp(join(tmpdir(), 'firedrill-postgres-programs-'))
await chmod(scratch, 0o755)
afterAll(() => rm(scratch, { recursive: true }))

/** The checkout may be where nobody can pass (below /root): what happens then has a test of its own. */
async function reachable(component: ResolvedComponent | undefined): Promise<ResolvedComponent | undefined> {
  const bin = dirname(await realpath(component?.programs.postgres ?? '/'))
  if (component === undefined || !isRoot || (await firstClosedFolder(bin)) === undefined) return component
  const copy = await copyPostgres(bin, join(scratch, component.version))
  return { ...component, programs: { postgres: join(copy, 'postgres'), initdb: join(copy, 'initdb') } }
}

/** Every PostgreSQL there is: the one on PATH, if any, and the npm package. */
const kinds: [string, ResolvedComponent][] = []
for (const PATH of [process.env.PATH, '/usr/bin:/bin']) {
  const env = { ...process.env, PATH, FIREDRILL_POSTGRES: '' }
  const component = await reachable((await resolveComponents(['postgres'], { fetch: false, env })).get('postgres'))
  const kind = `PostgreSQL ${component?.version} (${component?.source})`
  if (component !== undefined && !kinds.some(([known]) => known === kind)) kinds.push([kind, component])
}
const one = kinds.at(-1)?.[1] as ResolvedComponent

describe('preparePostgres', () => {
  const ports = new PortLedger('127.0.0.1')
  const running = new Set<ChildProcess>()
  let folder: string
  let options: { password: string; stackId: string; stateFolder: string; openFolder: string }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-postgres-'))
    await chmod(folder, 0o755)
    options = { password: "it's a 'secret'", stackId: 'drill-1', stateFolder: folder, openFolder: join(folder, 'open') }
  })
  afterEach(async () => {
    for (const child of running) await stop(child)
    await rm(folder, { recursive: true })
  })

  async function start(prepared: PreparedPostgres): Promise<{ child: ChildProcess; port: number }> {
    const port = await ports.reserve(24_400)
    await ports.release(port)
    const { command, args, env, cwd, uid, gid } = prepared
    const child = spawn(command, [...args, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'], {
      env,
      cwd,
      ...defined({ uid, gid }),
      stdio: 'ignore',
    })
    running.add(child)
    await waitUntil(async () => done(await query(port, 'SELECT 1')), {
      what: 'PostgreSQL to accept a login',
      timeoutMs: 20_000,
      intervalMs: 50,
    })
    return { child, port }
  }

  async function stop(child: ChildProcess): Promise<void> {
    running.delete(child)
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGINT')
    await ended
  }

  async function query(port: number, sql: string, password = options.password): Promise<unknown[]> {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'firedrill', database: 'firedrill', password })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query({ text: sql, rowMode: 'array' })).rows.flat()
    } finally {
      await client.end()
    }
  }

  it.each(kinds)(
    '%s starts, lets in only who knows the password, and keeps its data over a restart',
    async (_, component) => {
      const dataDir = join(folder, 'state/pgdata')
      const first = await preparePostgres({ ...options, component, dataDir })
      expect(first.note).toBeUndefined()
      expect(first.dataDir).toBe(dataDir)
      expect(await readdir(join(folder, 'state'))).toEqual(['pgdata'])
      const { child, port } = await start(first)
      expect(await query(port, 'SHOW server_encoding')).toEqual(['UTF8'])
      expect(await query(port, 'SHOW fsync')).toEqual(['on'])
      expect(await query(port, 'SHOW unix_socket_directories')).toEqual([''])
      await expect(query(port, 'SELECT 1', 'a guess')).rejects.toThrow('password authentication failed')
      await query(port, 'CREATE TABLE kept AS SELECT 42 AS answer')
      await stop(child)

      const second = await preparePostgres({ ...options, component, dataDir })
      expect(second).toEqual(first)
      const again = await start(second)
      expect(await query(again.port, 'SELECT answer FROM kept')).toEqual([42])
    },
    TEST_TIMEOUT_MS,
  )

  it('starts over when an earlier attempt was interrupted', { timeout: TEST_TIMEOUT_MS }, async () => {
    const dataDir = join(folder, 'pgdata')
    await mkdir(`${dataDir}.init-killed/data`, { recursive: true })
    await writeFile(`${dataDir}.init-killed/data/PG_VERSION`, '18\n')
    const abort = new AbortController()
    const aborted = preparePostgres({ ...options, component: one, dataDir, signal: abort.signal })
    const initdbRuns = async () => (await readdir(folder)).some((name) => /init-(?!killed)/.test(name))
    await waitUntil(async () => ((await initdbRuns()) ? done(true) : { done: false, state: 'no initdb' }), {
      what: 'initdb to begin',
      timeoutMs: 20_000,
      intervalMs: 5,
    })
    abort.abort(new Error('the user left'))
    await expect(aborted).rejects.toThrow('the user left')
    expect(await readdir(folder)).toEqual([])

    const { dataDir: prepared } = await preparePostgres({ ...options, component: one, dataDir })
    expect(await readdir(prepared)).toContain('PG_VERSION')
  })

  it('refuses the data of another major version and returns what to do', async () => {
    const dataDir = join(folder, 'pgdata')
    await mkdir(dataDir)
    await writeFile(join(dataDir, 'PG_VERSION'), '9\n')
    await expect(preparePostgres({ ...options, component: one, dataDir })).rejects.toMatchObject({
      code: 'FD_POSTGRES_VERSION',
      details: { expected: 'PostgreSQL 9', next: expect.stringContaining('FIREDRILL_POSTGRES') },
    })
  })

  it('does not touch a folder that holds something else', async () => {
    await writeFile(join(folder, 'precious'), '')
    await expect(preparePostgres({ ...options, component: one, dataDir: folder })).rejects.toMatchObject({
      code: 'FD_POSTGRES_DATA',
    })
    expect(await readdir(folder)).toEqual(['precious'])
  })

  if (isRoot) {
    it('runs as nobody, and goes where nobody can pass when the given folders are closed', {
      timeout: TEST_TIMEOUT_MS,
    }, async () => {
      const home = join(folder, 'home')
      await mkdir(home, { mode: 0o700 })
      const packaged = dirname(dirname(one.programs.postgres ?? ''))
      const installed = await copyPostgres(join(packaged, 'bin'), join(home, 'pg'))
      const programs = { postgres: join(installed, 'postgres'), initdb: join(installed, 'initdb') }
      const component = { ...one, programs }
      // As control sets it: what is copied must be passable all the same.
      const umask = process.umask(0o077)
      const prepared = await preparePostgres({ ...options, component, dataDir: join(home, 'pgdata') }).finally(() =>
        process.umask(umask),
      )
      const own = join(folder, 'open/drill-1')
      expect(prepared).toMatchObject({
        command: expect.stringMatching(new RegExp(`/open/postgres-${one.version}-[0-9a-f]{8}/bin/postgres$`)),
        uid: 65534,
        dataDir: join(own, 'pgdata'),
        note: expect.stringContaining(`because others cannot pass ${home}`),
      })
      expect((await stat(own)).mode & 0o777).toBe(0o755)
      expect((await stat(own)).uid).toBe(0)
      expect((await stat(prepared.dataDir)).uid).toBe(65534)
      const { port } = await start(prepared)
      expect(await query(port, 'SELECT current_user')).toEqual(['firedrill'])
    })

    it('takes over data that an ordinary user left', { timeout: TEST_TIMEOUT_MS }, async () => {
      const dataDir = join(folder, 'pgdata')
      await preparePostgres({ ...options, component: one, dataDir })
      await giveTo({ uid: 12_345, gid: 12_345 }, dataDir)
      const { port } = await start(await preparePostgres({ ...options, component: one, dataDir }))
      expect(await query(port, 'SELECT 1')).toEqual([1])
    })

    it('refuses a stack id that would lead elsewhere', async () => {
      const dataDir = join(folder, 'pgdata')
      await expect(preparePostgres({ ...options, component: one, dataDir, stackId: '../etc' })).rejects.toMatchObject({
        code: 'FD_POSTGRES_PREPARE',
      })
    })
  }
})
