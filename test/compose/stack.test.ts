import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readAccess } from '../../src/api/client/connect-system.ts'
import type { FaultView, IncidentView, LiftView, StackView } from '../../src/api/contract.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'
import { dockerHost, run } from './docker.ts'
import { BASE, standIns } from './images.ts'

const file = fileURLToPath(new URL('../../compose.yaml', import.meta.url))
const project = `fd-stack-${randomBytes(4).toString('hex')}`
const bin = fileURLToPath(new URL('../../bin/firedrill.js', import.meta.url))
const state = mkdtempSync(join(tmpdir(), 'fd-compose-'))
const { services } = parse(readFileSync(file, 'utf8')) as { services: Record<string, object> }
/** No image of Grafana is available here: its part is rendered and compared, not run. */
const names = Object.keys(services).filter((name) => name !== 'grafana')

// Three ports below the ephemeral range that nothing else of the suite uses.
const firstPort = 20_000 + Math.floor(Math.random() * 8_000)
const ports = { CONSOLE_PORT: firstPort, PROMETHEUS_PORT: firstPort + 1, ALERTMANAGER_PORT: firstPort + 2 }
const env = {
  ...process.env,
  ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
  DOCKER_HOST: dockerHost,
  DOCKER_SOCKET: dockerHost.replace(/^unix:\/\//, ''),
  DOCKER_BUILDKIT: '0',
  COMPOSE_PROJECT_NAME: project,
  FIREDRILL_WITHOUT: 'grafana',
  ...standIns(),
}
/** The command line of this machine, as people use it. */
const firedrill = (...args: string[]) => run(process.execPath, [bin, '--state', state, ...args], env)
const console_ = `http://127.0.0.1:${ports.CONSOLE_PORT}`
const prometheus = `http://127.0.0.1:${ports.PROMETHEUS_PORT}`

const containerOf = (service: string) =>
  run('docker', ['ps', '-aq', ...filters(), '--filter', `label=com.docker.compose.service=${service}`]).trim()
const filters = () => ['--filter', `label=com.docker.compose.project=${project}`]
const inControl = (...args: string[]) => run('docker', ['exec', containerOf('control'), 'firedrill', ...args])

async function stack(): Promise<StackView> {
  return (await (await fetch(`${console_}/v1/stack`)).json()) as StackView
}

async function query(expression: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> {
  const { authorization = '' } = (await readAccess(new StateFolder(state))).prometheus
  const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`, {
    headers: { authorization },
  })
  return ((await answer.json()) as { data: { result: { metric: Record<string, string>; value: [number, string] }[] } })
    .data.result
}

function until(what: string, timeoutMs: number, holds: () => Promise<true | string>): Promise<void> {
  return waitUntil(
    async () => {
      const state = await holds()
      return state === true ? done(undefined) : notYet(state)
    },
    { what, timeoutMs, intervalMs: 250 },
  )
}

describe('the stack in Compose', () => {
  beforeAll(async () => {
    firedrill('up', '--runtime', 'compose')
  }, 900_000)

  afterAll(() => {
    if (existsSync(state)) firedrill('down', '--purge')
  }, 120_000)

  it('comes up healthy, with every target scraped', async () => {
    await until('the stack to be up', 120_000, async () => {
      const { state, services: parts } = await stack()
      const ill = parts.flatMap(({ replicas }) => replicas.filter((one) => one.state !== 'healthy'))
      return state === 'up' && ill.length === 0
        ? true
        : `${state}, ${ill.map((one) => `${one.id} ${one.state}`).join(', ')}`
    })
    expect(Object.keys((await stack()).components)).toEqual(expect.arrayContaining(['prometheus', 'postgres']))
    const up = await query('up')
    expect(up.filter(({ value }) => value[1] !== '1')).toEqual([])
    expect(up.map(({ metric }) => metric.service)).toEqual(
      expect.arrayContaining(['store', 'quotes', 'worker', 'responder', 'control', 'proxy']),
    )
  })

  it('keeps secrets out of what docker inspect shows, and unreadable for other parts', () => {
    const secret = run('docker', ['exec', containerOf('control'), 'cat', '/var/lib/firedrill/control/secrets/postgres'])
    for (const name of names) {
      const container = containerOf(name)
      expect(run('docker', ['inspect', container]).includes(secret), name).toBe(false)
    }
    expect(() =>
      run('docker', ['exec', containerOf('store'), 'cat', '/run/firedrill-secrets/responder/responder']),
    ).toThrow(/Permission denied/)
  })

  it('hands over links in a folder of a part, and not what they point to', () => {
    const ownerOf = (path: string) =>
      run('docker', [
        'run',
        '--rm',
        '-v',
        `${project}_secrets:/run/firedrill-secrets:ro`,
        BASE,
        'stat',
        '-c',
        '%u',
        path,
      ])
    const secret = '/run/firedrill-secrets/responder'
    const owner = ownerOf(secret)
    const link = '/var/lib/firedrill/control/link'
    run('docker', ['exec', containerOf('control'), 'ln', '-s', secret, link])
    try {
      run('docker', ['start', '--attach', containerOf('setup')])
      expect(ownerOf(secret)).toBe(owner)
    } finally {
      run('docker', ['exec', containerOf('control'), 'rm', link])
    }
  })

  it('runs the stores without a capability, and unable to gain any', () => {
    for (const store of ['postgres', 'redis']) {
      const status = run('docker', ['exec', containerOf(store), 'cat', '/proc/1/status'])
      expect(status, store).toMatch(/^CapBnd:\t0+$/m)
      expect(status, store).toMatch(/^NoNewPrivs:\t1$/m)
      expect(status, store).toMatch(/^Uid:\t999\t999\t999\t999$/m)
    }
  })

  it('lets the store reach its database through the proxy alone, and nobody but control the engine', () => {
    const reaches = (from: string, host: string, port: number) => {
      const script = `require('net').connect({host:'${host}',port:${port},timeout:2000}).on('connect',()=>process.exit(0)).on('error',()=>process.exit(1)).on('timeout',()=>process.exit(1))`
      try {
        run('docker', ['exec', containerOf(from), 'node', '-e', script])
        return true
      } catch {
        return false
      }
    }
    expect(reaches('store', 'proxy', 15_432)).toBe(true)
    expect(reaches('store', 'postgres', 5_432)).toBe(false)
    expect(reaches('control', 'docker-proxy', 2_375)).toBe(true)
    expect(reaches('responder', 'docker-proxy', 2_375)).toBe(false)
  })

  it('holds the shipped drill: the crash is seen, paged and repaired by the responder', () => {
    inControl('run', 'store-crash')
  })

  it('obeys the command line of this machine like a native one', () => {
    const { runtime, state: is } = JSON.parse(firedrill('--json', 'status')) as StackView
    expect({ runtime, is }).toEqual({ runtime: 'compose', is: 'up' })
    firedrill('run', 'store-crash')
    const incidents = JSON.parse(firedrill('--json', 'incidents')) as IncidentView[]
    expect(incidents.map(({ alertname }) => alertname)).toContain('ServiceDown')
  })

  it('gives Prometheus rules that cannot be read, and takes them away again', () => {
    const fault = JSON.parse(
      firedrill('--json', 'fault', 'inject', 'bad-config', '--target', 'prometheus'),
    ) as FaultView
    expect(fault.landing).toMatchObject({ landed: true })
    const { lifted } = JSON.parse(firedrill('--json', 'fault', 'clear', fault.id)) as { lifted: LiftView[] }
    expect(lifted).toMatchObject([{ changed: true, detail: 'the rules of bad-config are removed' }])
  })

  it('scales the worker to three, scraped all, and back', async () => {
    const token = run('docker', [
      'exec',
      containerOf('control'),
      'cat',
      '/var/lib/firedrill/control/secrets/control',
    ]).trim()
    const scale = async (replicas: number) => {
      const answer = await fetch(`${console_}/v1/services/worker/scale`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ replicas }),
      })
      expect(answer.status, await answer.text()).toBe(200)
      await until(`${replicas} workers to be scraped`, 30_000, async () => {
        const up = await query('up{service="worker"} == 1')
        return up.length === replicas ? true : `${up.length} are`
      })
    }
    await scale(3)
    await scale(1)
  })
  it('goes and leaves nothing behind, but a network that a container of somebody else is in', () => {
    const stranger = run('docker', ['run', '-d', '--network', `${project}_services`, BASE, 'sleep', '600'])
    try {
      expect(() => firedrill('down', '--purge')).toThrow(/FD_COMPOSE_IN_USE.*_services/s)
    } finally {
      run('docker', ['rm', '-f', stranger.trim()])
    }
    expect(run('docker', ['ps', '-aq', ...filters()])).toBe('')
    expect(run('docker', ['volume', 'ls', '-q', ...filters()])).toBe('')
    const networks = () => run('docker', ['network', 'ls', '--format', '{{.Name}}', ...filters()])
    expect(networks()).toBe(`${project}_services\n`)
    const { status, stderr } = spawnSync(process.execPath, [bin, '--state', state, 'down', '--purge'], {
      encoding: 'utf8',
      env,
    })
    expect(status, stderr).toBe(0)
    expect(existsSync(state)).toBe(false)
    // Debian's engine sometimes miscounts who is in a network, and then keeps it; the command has to say so.
    const kept = networks()
      .split('\n')
      .filter((name) => name !== '')
    expect(kept.filter((name) => !stderr.includes(`left the empty network ${name}`))).toEqual([])
  })
})
