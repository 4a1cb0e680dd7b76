import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../../base/wait.ts'
import { PortLedger } from '../process/ports.ts'
import type { ComponentName } from './all/components.ts'
import type { ResolvedComponent } from './component.ts'
import { componentsFolder } from './fetch/cache.ts'
import { findDebianTools } from './fetch/debian-support.ts'
import { resolveComponents } from './resolve.ts'
import type { ResolveEvent } from './resolve-event.ts'

const NAMES: ComponentName[] = ['node-exporter', 'redis', 'alertmanager']
const SYSTEM_PATH = '/usr/bin:/bin'
const debian = await findDebianTools({ PATH: SYSTEM_PATH })

describe('components from Debian packages', () => {
  const ports = new PortLedger('127.0.0.1')
  const running: ChildProcess[] = []
  let folder: string
  let env: Record<string, string>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-fetch-'))
    // Only the tools of the system: an installed redis-server would be taken instead.
    env = { PATH: SYSTEM_PATH, HOME: folder, FIREDRILL_CACHE: join(folder, 'cache') }
    for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) {
      const value = process.env[name]
      if (value !== undefined) env[name] = value
    }
  })
  afterAll(async () => {
    for (const child of running) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    }
    await rm(folder, { recursive: true })
  })

  if ('reason' in debian) {
    it('are not offered here, and the error has the reason', async () => {
      await expect(resolveComponents(NAMES, { fetch: true, env })).rejects.toMatchObject({
        details: { given: expect.stringContaining(debian.reason) },
      })
    })
    return
  }

  let found: Map<ComponentName, ResolvedComponent>
  const component = (name: ComponentName) => found.get(name) as ResolvedComponent
  const start = (name: ComponentName, args: string[]) => {
    const { programs, args: own, env: extra, cwd } = component(name)
    const program = programs[name === 'redis' ? 'redis-server' : name] ?? ''
    const child = spawn(program, [...own, ...args], { env: { ...env, ...extra }, cwd: cwd ?? folder, stdio: 'ignore' })
    running.push(child)
  }
  const until = <T>(what: string, attempt: () => Promise<T | undefined>) =>
    waitUntil(async () => ((value) => (value === undefined ? notYet('no answer') : done(value)))(await attempt()), {
      what,
      timeoutMs: 20_000,
      intervalMs: 50,
    })
  const freePort = async (preferred: number) => {
    const port = await ports.reserve(preferred)
    await ports.release(port)
    return port
  }

  it('are fetched once by two runs at the same time, and found in the cache afterwards', {
    timeout: 180_000,
  }, async () => {
    const events: ResolveEvent[] = []
    const run = () => resolveComponents(NAMES, { fetch: true, env, onEvent: (event) => events.push(event) })
    const [first, second] = await Promise.all([run(), run()])
    found = first
    expect(second).toEqual(first)
    expect(events.filter(({ step }) => step === 'ready')).toHaveLength(6)
    expect((await readdir(componentsFolder(env))).sort()).toEqual(
      [...first.values()].map(({ name, version }) => `${name}-${version}-${process.arch}`).sort(),
    )
    expect(await resolveComponents(NAMES, { fetch: false, env })).toEqual(first)
  })

  it('record what they were built from', async () => {
    const redis = componentsFolder(env)
    const manifest: unknown = JSON.parse(
      await readFile(join(redis, `redis-${component('redis').version}-${process.arch}`, 'manifest.json'), 'utf8'),
    )
    expect(manifest).toMatchObject({
      component: 'redis',
      packages: expect.arrayContaining([
        {
          package: 'redis-tools',
          version: expect.any(String),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          bytes: expect.any(Number),
        },
      ]),
    })
  })

  it('have their versions', async () => {
    const { stdout } = await execa(component('node-exporter').programs['node-exporter'] ?? '', ['--version'], {
      all: true,
    })
    expect(stdout).toContain(`node_exporter, version ${component('node-exporter').version}`)
  })

  it('let Alertmanager start from the private tree', async () => {
    const port = await freePort(24_500)
    const config = join(folder, 'alertmanager.yml')
    await writeFile(config, 'route: { receiver: none }\nreceivers: [{ name: none }]\n')
    start('alertmanager', [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ])
    const status = (path: string) =>
      request(`http://127.0.0.1:${port}${path}`).then(async ({ statusCode, body }) => {
        await body.dump()
        return statusCode
      })
    await until('Alertmanager to be ready', async () => ((await status('/-/ready')) === 200 ? true : undefined))
    expect(await status('/')).toBe(200)
  })

  it('let Redis start with its own libraries', async () => {
    const port = await freePort(24_600)
    start('redis', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder])
    const ping = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
        socket.once('data', (data) => resolve(String(data)) ?? socket.destroy()).once('error', reject)
      })
    expect(await until('Redis to answer', ping)).toBe('+PONG\r\n')
  })

  it('are fetched again when a program is gone', { timeout: 180_000 }, async () => {
    const program = component('node-exporter').programs['node-exporter'] ?? ''
    await rm(program)
    const again = await resolveComponents(['node-exporter'], { fetch: true, env })
    expect(again.get('node-exporter')).toEqual(component('node-exporter'))
    await execa(program, ['--version'])
  })

  it('leave nothing behind when aborted in the middle', { timeout: 180_000 }, async () => {
    const abort = new AbortController()
    const cache = join(folder, 'aborted')
    const resolving = resolveComponents(['node-exporter'], {
      fetch: true,
      env: { ...env, FIREDRILL_CACHE: cache },
      signal: abort.signal,
      onEvent: ({ step }) => step === 'downloading' && abort.abort(new Error('the user left')),
    })
    await expect(resolving).rejects.toThrow('the user left')
    expect(await readdir(join(cache, 'components'))).toEqual([])
  })

  it("have apt's own message when there is no network", async () => {
    const offline = {
      ...env,
      FIREDRILL_CACHE: join(folder, 'offline'),
      http_proxy: 'http://127.0.0.1:1',
      https_proxy: 'http://127.0.0.1:1',
    }
    await expect(resolveComponents(['redis'], { fetch: true, env: offline })).rejects.toMatchObject({
      code: 'FD_COMPONENT_UNAVAILABLE',
      details: {
        given: expect.stringMatching(/Debian packages: no package list could be fetched: .*onnect.* — no network\?/),
      },
    })
  })
})
