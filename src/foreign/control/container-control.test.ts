import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Engine } from '../../runtimes/compose/engine/engine.ts'
import { parseSystem } from '../file/system-file.ts'
import { ForeignRuntime } from '../foreign-runtime.ts'
import { Guardian } from '../guardian/guardian.ts'
import { ContainerControl } from './container-control.ts'
import { openControls } from './controls.ts'

const NOT_YET = { pid: 0, running: false, paused: false, restarting: false }
/** What an engine elsewhere says of two containers: pids are of its machine. */
const containers = new Map([
  ['aaa', { number: 2, ...NOT_YET }],
  ['bbb', { number: 1, ...NOT_YET }],
])
/** Highest pid of Linux: no process of this machine has it. */
const ELSEWHERE = 4_194_304
let lastPid = ELSEWHERE
const asked: string[] = []

let folder: string
let engine: Server
let service: Server
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-engine-'))
  asked.length = 0
  for (const one of containers.values())
    Object.assign(one, { pid: ++lastPid, running: true, paused: false, restarting: false })
  engine = createServer((request, response) => {
    const [, id = '', verb = ''] = /^\/containers\/([^/?]+)\/([^?]+)/.exec(request.url ?? '') ?? []
    const one = containers.get(id)
    const answer = (body: unknown, status = 200) => {
      response.statusCode = status
      response.end(body === undefined ? undefined : JSON.stringify(body))
    }
    if (request.url?.startsWith('/containers/json')) {
      const labels = (number: number) => ({
        'com.docker.compose.service': 'web',
        'com.docker.compose.container-number': String(number),
      })
      return answer([...containers].map(([Id, { number }]) => ({ Id, State: 'running', Labels: labels(number) })))
    }
    if (one === undefined) return answer({ message: 'no such container' }, 404)
    if (verb === 'json') {
      const State = { Running: one.running, Paused: one.paused, Restarting: one.restarting, Pid: one.pid }
      // Of what its owner has written the engine shows the time that it may take to stop; -1 is any time.
      return answer({ Id: id, State, Config: id === 'aaa' ? { StopTimeout: 20 } : { StopTimeout: -1 } })
    }
    const grace = new URL(request.url ?? '', 'http://docker').searchParams.get('t')
    asked.push(`${verb} ${id}${grace === null ? '' : ` after ${grace} s`}`)
    // It is started already, the engine says, and waits on.
    if (verb === 'start' && one.restarting) return answer(undefined, 304)
    if (verb === 'kill' || verb === 'stop') Object.assign(one, { running: false, paused: false, restarting: false })
    if (verb === 'start') Object.assign(one, { running: true, pid: ++lastPid })
    if (verb === 'pause' || verb === 'unpause') one.paused = verb === 'pause'
    answer(undefined, 204)
  })
  await new Promise<void>((resolve) => engine.listen(join(folder, 'docker.sock'), resolve))
  service = createServer((_request, response) => response.end('fine'))
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  engine.closeAllConnections()
  await Promise.all([engine, service].map((one) => new Promise((resolve) => one.close(resolve))))
  await rm(folder, { recursive: true, force: true })
})

describe('a service of Compose that is not ours', () => {
  it('is killed, paused and stopped through the engine, replica by number, and always put back', async () => {
    const url = `http://127.0.0.1:${(service.address() as { port: number }).port}`
    const system = parseSystem(
      `name: a\nenvironment: lab\nprometheus: http://p:1\nalertmanager: http://a:1\nservices: { web: { urls: ["${url}/1", "${url}/2"], compose: { project: shop, service: web } } }\n`,
      'firedrill.yaml',
    )
    const controls = openControls({ DOCKER_HOST: `unix://${join(folder, 'docker.sock')}` })
    const runtime = new ForeignRuntime(system, controls.controlOf)
    await runtime.up()
    const guardian = new Guardian(runtime)
    try {
      const [web] = (await guardian.describe()).services
      expect(web?.replicas.map(({ id, state }) => `${id} ${state}`)).toEqual(['web-1 healthy', 'web-2 healthy'])
      const inject = (fault: string, replica: string) =>
        guardian.inject({ fault, service: 'web', replica, params: {}, forMs: 60_000 })
      for (const [fault, replica] of [
        ['kill', 'web-1'],
        ['pause', 'web-2'],
        ['stop', 'web-2'],
      ] as const) {
        const { id, landing } = await inject(fault, replica)
        expect(landing, fault).toMatchObject({ landed: true })
        expect(await guardian.lift(id), fault).toMatchObject({ changed: true })
      }
      expect(asked).toEqual(['kill bbb', 'start bbb', 'pause aaa', 'unpause aaa', 'stop aaa after 20 s', 'start aaa'])
    } finally {
      await guardian.close()
      await controls.close()
    }
  })

  it('is started where the engine itself would wait before it restarts it', async () => {
    const engine = new Engine(`unix://${join(folder, 'docker.sock')}`)
    const control = new ContainerControl(engine, { project: 'shop', service: 'web', index: 0 })
    try {
      Object.assign(containers.get('bbb') ?? {}, { pid: 0, restarting: true })
      expect(await control.look()).toBeUndefined()
      await control.start()
      expect(asked).toEqual(['stop bbb after 0 s', 'start bbb'])
      expect(await control.look()).toMatchObject({ pid: lastPid })
    } finally {
      await engine.close()
    }
  })

  it('is given the time to stop that its owner has allowed, and not without end', async () => {
    const engine = new Engine(`unix://${join(folder, 'docker.sock')}`)
    try {
      for (const index of [0, 1]) {
        const control = new ContainerControl(engine, { project: 'shop', service: 'web', index })
        const life = await control.look()
        if (life === undefined) throw new Error('no container')
        await control.stop(life)
      }
      expect(asked).toEqual(['stop bbb after 25 s', 'stop aaa after 20 s'])
    } finally {
      await engine.close()
    }
  })
})
