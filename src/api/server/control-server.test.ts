import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HttpServer } from '../../base/http/http-server.ts'
import { FakeRuntime } from '../../runtimes/fake/runtime.ts'
import { Lever } from '../../runtimes/native/state/lever.ts'
import { profiles } from '../../stack/profile.ts'
import { describeStack } from '../../stack/topology.ts'
import { ControlClient } from '../client/client.ts'
import type { FaultCatalogView, StackView } from '../contract.ts'
import { ActiveFaults } from '../injector/active-faults.ts'
import { Halting } from '../injector/halting.ts'
import { LeasedChanges } from '../injector/leased-changes.ts'
import { createControlServer } from './control-server.ts'

const tokens = { operator: 'o'.repeat(43), responder: 'r'.repeat(43) }
const maintenanceToken = 'm'.repeat(43)
let runtime: FakeRuntime
let folder: string
let halting: Halting
let faults: ActiveFaults
let app: HttpServer
let url: string
let down: ReturnType<typeof vi.fn<() => void>>

beforeEach(async () => {
  runtime = new FakeRuntime(describeStack(profiles.lab))
  await runtime.up()
  folder = await mkdtemp(join(tmpdir(), 'fd-control-server-'))
  await writeFile(join(folder, 'id'), '0123456789ab')
  halting = new Halting(new Lever(folder))
  faults = new ActiveFaults({ runtime, tokenOf: () => 'f'.repeat(43), refuse: () => halting.refuse() })
  down = vi.fn<() => void>()
  const view = (): StackView => ({
    id: 'id',
    run: 'run',
    state: 'up',
    profile: 'lab',
    runtime: runtime.name,
    version: '0.0.0',
    pid: process.pid,
    startedAtMs: 0,
    url,
    folder: '/nowhere',
    components: {},
    notices: [],
    troubles: [],
    halted: halting.view(),
    lastSequence: runtime.events().at(-1)?.sequence ?? 0,
    faults: faults.list(),
    services: runtime.services(),
  })
  app = createControlServer({
    runtime,
    faults,
    halting,
    tokens,
    maintenanceToken,
    view,
    down,
    logger: pino({ level: 'silent' }),
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  await faults.close()
  await app.close()
  await runtime.down()
  await rm(folder, { recursive: true })
})

const operator = () => new ControlClient(url, tokens.operator)
const responder = () => new ControlClient(url, tokens.responder)
const anyone = () => new ControlClient(url)
const workers = (replicas: number) => ({ service: 'worker', leaseMs: 1_000, takeBack: { replicas } })

describe('control API', () => {
  it('returns the whole stack, in the form of its contract', async () => {
    const stack = await anyone().stack()
    expect(stack.services.map((service) => service.name)).toContain('store')
    expect(stack.services.find((service) => service.name === 'store')?.replicas[0]).toMatchObject({
      id: 'store-1',
      state: 'healthy',
    })
  })

  it('acts in the name of whose token it was, so that repairs can be attributed', async () => {
    const since = (await anyone().stack()).lastSequence
    await responder().act('restart', 'store', 'store-1')
    await operator().act('restart', 'worker')
    const starts = (await anyone().events(since)).filter((event) => event.kind === 'starting')
    expect(starts.map(({ replica, actor }) => `${replica} by ${actor}`)).toEqual([
      'store-1 by responder',
      'worker-1 by operator',
    ])
  })

  it.each([
    ['restart', () => anyone().act('restart', 'store')],
    ['scale', () => anyone().scale('worker', 2)],
    ['inject', () => anyone().inject({ fault: 'kill', service: 'store', forMs: 1_000 })],
    ["inject with the responder's token", () => responder().inject({ fault: 'kill', service: 'store', forMs: 1_000 })],
    ["a lease with the responder's token", () => responder().leaseChange('a-1', workers(1))],
    ['down', () => anyone().down()],
    ["down with the responder's token", () => responder().down()],
    ['logs', () => anyone().logs('store', undefined, 10)],
    ["logs with the responder's token", () => responder().logs('store', undefined, 10)],
    ["start with the responder's token", () => responder().act('start', 'store')],
    ["stop with the responder's token", () => responder().act('stop', 'alertmanager')],
    ["pause with the responder's token", () => responder().act('pause', 'prometheus')],
    ["resume with the responder's token", () => responder().act('resume', 'store')],
    ["maintenance with the responder's token", () => responder().maintain('*', 60_000, '')],
    [
      "maintenance with the responder's own secret of it",
      () => new ControlClient(url, maintenanceToken).maintain('*', 60_000, ''),
    ],
  ])('refuses %s without the right token, and changes nothing', async (_, act) => {
    const since = runtime.events().length
    await expect(act()).rejects.toMatchObject({ code: 'FD_HTTP_UNAUTHORIZED' })
    expect(runtime.events()).toHaveLength(since)
    expect(down).not.toHaveBeenCalled()
  })

  it.each([
    ['an unknown service', () => operator().act('restart', 'stoer'), 'FD_RUNTIME_UNKNOWN_SERVICE'],
    ['a name that is a path', () => operator().act('restart', '../down'), 'FD_HTTP_INVALID'],
    ['too many replicas', () => operator().scale('worker', 50), 'FD_RUNTIME_UNSUPPORTED'],
    ['half a replica', () => operator().scale('worker', 1.5), 'FD_HTTP_INVALID'],
    ['a lease without end', () => operator().leaseChange('a-1', { ...workers(1), leaseMs: 1e9 }), 'FD_HTTP_INVALID'],
    ['a lease that is a path', () => operator().leaseChange('../down', workers(1)), 'FD_HTTP_INVALID'],
    ['an unknown fault', () => operator().inject({ fault: 'kil', service: 'store', forMs: 1_000 }), 'FD_FAULT_UNKNOWN'],
    [
      'a fault named like an inherited property',
      () => operator().inject({ fault: 'constructor', service: 'store', forMs: 1_000 }),
      'FD_FAULT_UNKNOWN',
    ],
    [
      'wrong parameters',
      () => operator().inject({ fault: 'kill', service: 'store', forMs: 1_000, params: { signal: 'SIGFOO' } }),
      'FD_FAULT_PARAMS',
    ],
    [
      'a fault without end',
      () => operator().inject({ fault: 'kill', service: 'store', forMs: 1e12 }),
      'FD_HTTP_INVALID',
    ],
    ['lifting what is not active', () => operator().lift('0-0'), 'FD_FAULT_NOT_ACTIVE'],
  ])('refuses %s', async (_, act, code) => {
    await expect(act()).rejects.toMatchObject({ code })
  })

  it.each([
    ['restart itself', () => responder().act('restart', 'responder')],
    ['scale itself to none', () => responder().scale('responder', 0)],
    ['scale Alertmanager to none', () => responder().scale('alertmanager', 0)],
    ['scale a service to none', () => responder().scale('store', 0)],
    ['configure itself', () => responder().configure('responder', { RESPONDER_MAX_DELIVERIES: '1' })],
    ['configure the fault proxy', () => responder().configure('proxy', { PROXY_SEED: '1' })],
  ])('does not let the responder %s, and changes nothing', async (_, act) => {
    const since = runtime.events().length
    await expect(act()).rejects.toMatchObject({ code: 'FD_CONTROL_NO_REPAIR' })
    expect(runtime.events()).toHaveLength(since)
  })

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      'code for Node',
      { NODE_OPTIONS: "--import=data:text/javascript,import('fs')" },
      'FD_RUNTIME_SETTING',
      /NODE_OPTIONS/,
    ],
    ['code for any program', { LD_PRELOAD: '/tmp/x.so' }, 'FD_RUNTIME_SETTING', /LD_PRELOAD/],
    ['another credential', { FAULTS_TOKEN: 'mine' }, 'FD_RUNTIME_SETTING', /FAULTS_TOKEN/],
    ['another database', { DATABASE_URL: 'postgres://mine/' }, 'FD_RUNTIME_SETTING', /DATABASE_URL/],
    [
      'a value that it would not start with',
      { WORKER_BATCH_SIZE: '0' },
      'FD_RUNTIME_SETTING',
      /from 1 to 1000, not "0"/,
    ],
    ['a name in lower case', { 'lower case': 'x' }, 'FD_HTTP_INVALID', /unknown field/],
    ['a name that ends early', { 'A=B': 'x' }, 'FD_HTTP_INVALID', /unknown field/],
    ['no name', { '': 'x' }, 'FD_HTTP_INVALID', /unknown field/],
    ['the name of an inherited property', { constructor: 'x' }, 'FD_HTTP_INVALID', /./],
    ['a number', { WORKER_BATCH_SIZE: 5 }, 'FD_HTTP_INVALID', /./],
    ['a NUL', { LOG_LEVEL: 'a\0b' }, 'FD_HTTP_INVALID', /pattern/],
    ['a line break', { LOG_LEVEL: 'a\nb' }, 'FD_HTTP_INVALID', /pattern/],
    ['a text without end', { LOG_LEVEL: 'x'.repeat(4_097) }, 'FD_HTTP_INVALID', /4096/],
  ])('refuses %s as a setting, from every caller, and changes nothing', async (_, settings, code, message) => {
    const since = runtime.events().length
    for (const client of [responder(), operator()]) {
      const refused = client.configure('worker', settings as Record<string, string>)
      await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    }
    expect(runtime.events()).toHaveLength(since)
  })

  it('lists the settings that exist, and suggests the nearest name', async () => {
    await expect(responder().configure('worker', { WORKER_INTERVL: '1s' })).rejects.toMatchObject({
      details: {
        expected: 'one of WORKER_INTERVAL, WORKER_BATCH_SIZE, LOG_LEVEL',
        next: 'did you mean WORKER_INTERVAL?',
      },
    })
  })

  it('leaves to the responder what its policy can do: restart, scale, configure, lift', async () => {
    await responder().act('restart', 'alertmanager')
    await responder().scale('worker', 2)
    await responder().configure('store', { MAX_REQUESTS: '100' })
    await responder().configure('store', { MAX_REQUESTS: null })
    const acts = runtime.events().filter(({ actor }) => actor === 'responder')
    expect(new Set(acts.map(({ service }) => service))).toEqual(new Set(['alertmanager', 'worker', 'store']))
    expect(await responder().liftAll()).toEqual([])
  })

  it('undoes a change whose lease is not renewed, and none that is settled', async () => {
    const replicas = () => runtime.services().find((one) => one.name === 'worker')?.replicas.length
    await operator().leaseChange('a-1', workers(1))
    await operator().scale('worker', 3)
    await vi.waitFor(() => expect(replicas()).toBe(1), { timeout: 20_000 })
    await operator().leaseChange('a-2', workers(2))
    await operator().settleChange('a-2')
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect(replicas()).toBe(1)
  })

  it('injects a fault with its defaults, lists it, and undoes it when it is lifted', async () => {
    const fault = await operator().inject({ fault: 'kill', service: 'store', forMs: 60_000 })
    expect(fault).toMatchObject({ fault: 'kill', replica: 'store-1', landing: { landed: true } })
    expect(fault.undoneByMs - fault.injectedAtMs).toBe(60_000)
    expect(runtime.services().find((one) => one.name === 'store')?.replicas[0]?.state).toBe('exited')
    expect(await (await fetch(`${url}/v1/faults`)).json()).toMatchObject({ faults: [{ id: fault.id }] })
    expect(await operator().lift(fault.id)).toMatchObject({ changed: true })
    expect(runtime.services().find((one) => one.name === 'store')?.replicas[0]?.state).toBe('healthy')
    expect(faults.list()).toEqual([])
  })

  it('undoes a fault by itself when its time is over, also when its injector is gone', async () => {
    await operator().inject({ fault: 'kill', service: 'store', forMs: 30 })
    await vi.waitFor(
      () => expect(runtime.services().find((one) => one.name === 'store')?.replicas[0]?.state).toBe('healthy'),
      { timeout: 20_000 },
    )
    expect(
      runtime
        .events()
        .filter((event) => event.kind === 'starting')
        .at(-1),
    ).toMatchObject({ replica: 'store-1', actor: 'fault' })
  })

  it('lets the responder undo faults, one or all, but not inject them', async () => {
    const fault = await operator().inject({ fault: 'kill', service: 'store', forMs: 60_000 })
    await operator().inject({ fault: 'pause', service: 'worker', forMs: 60_000 })
    expect(await anyone().faults()).toHaveLength(2)
    await expect(anyone().liftAll()).rejects.toMatchObject({ code: 'FD_HTTP_UNAUTHORIZED' })
    const lifted = await responder().liftAll()
    expect(lifted.map((one) => `${one.fault} ${one.replica}`)).toEqual(['pause worker-1', 'kill store-1'])
    expect(await anyone().faults()).toEqual([])
    expect(await responder().lift(fault.id)).toEqual(lifted[1])
  })

  it('lists every fault, with a schema of its parameters', async () => {
    const { faults: all } = (await (await fetch(`${url}/v1/faults/catalog`)).json()) as FaultCatalogView
    expect(all.find(({ name }) => name === 'latency')).toMatchObject({
      needs: ['inside'],
      params: { properties: { delay: { format: 'duration', formatMinimum: '1ms', default: '250ms' } } },
    })
  })

  it('refuses a fault inside of what takes none', async () => {
    await expect(operator().inject({ fault: 'latency', service: 'redis', forMs: 1_000 })).rejects.toMatchObject({
      code: 'FD_FAULT_UNSUPPORTED',
      details: { expected: 'one of quotes, store, worker' },
    })
  })

  it('undoes several faults the last first', async () => {
    await operator().inject({ fault: 'kill', service: 'store', forMs: 60_000 })
    await operator().inject({ fault: 'kill', service: 'worker', forMs: 60_000 })
    const since = runtime.events().at(-1)?.sequence ?? 0
    await faults.liftAll()
    expect(
      runtime
        .events(since)
        .filter((event) => event.kind === 'starting')
        .map((event) => event.replica),
    ).toEqual(['worker-1', 'store-1'])
  })

  it('refuses a second exclusive fault of a kind, until the first is undone', async () => {
    const scale = (to: number) =>
      operator().inject({ fault: 'scale', service: 'worker', params: { to }, forMs: 60_000 })
    const first = await scale(3)
    await expect(scale(0)).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      message: 'scale is in force on worker already, and each would put back what it found',
    })
    await operator().lift(first.id)
    await scale(2)
    await operator().liftAll()
    expect(runtime.services().find(({ name }) => name === 'worker')?.replicas.length).toBe(1)
  })

  it('answers a request to go down before it goes down', async () => {
    await operator().down()
    await vi.waitFor(() => expect(down).toHaveBeenCalledOnce(), { timeout: 20_000 })
  })

  it('says that control cannot be reached', async () => {
    await app.close()
    await expect(anyone().stack()).rejects.toMatchObject({
      code: 'FD_CONTROL_UNREACHABLE',
      details: { next: 'firedrill status' },
    })
  })
})

describe('halting', () => {
  const pause = (service: string) => operator().inject({ fault: 'pause', service, forMs: 60_000 })
  const stateOf = async (service: string) =>
    (await anyone().stack()).services.find(({ name }) => name === service)?.replicas[0]?.state

  it('lifts every fault and blocks what begins, until it is released', async () => {
    await pause('store')
    await pause('redis')
    const { halted, lifted } = await operator().halt('a real incident')
    expect(halted).toMatchObject({ why: 'a real incident', durable: true })
    expect(lifted.map(({ replica }) => replica).sort()).toEqual(['redis-1', 'store-1'])
    await expect.poll(() => stateOf('store')).toBe('healthy')
    expect((await anyone().stack()).halted).toMatchObject({ why: 'a real incident' })
    await expect(pause('store')).rejects.toMatchObject({ code: 'FD_HALTED', message: 'halted: a real incident' })
    await expect(operator().leaseChange('a', workers(1))).rejects.toMatchObject({ code: 'FD_HALTED' })
    const answer = await fetch(`${url}/v1/faults`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' },
      body: JSON.stringify({ fault: 'pause', service: 'store' }),
    })
    expect(answer.status).toBe(423)
    expect((await operator().release()).was).toMatchObject({ why: 'a real incident' })
    expect((await anyone().stack()).halted).toBeNull()
    await pause('store')
  })

  it('is done by its file alone, also when another process writes it', async () => {
    await pause('store')
    await new Lever(folder).pull('from another process')
    await expect(pause('redis')).rejects.toMatchObject({ code: 'FD_HALTED' })
    await vi.waitFor(async () => expect(faults.list()).toEqual([]), { timeout: 20_000 })
  })

  it('says what it has lifted, although its file was seen before the request came', async () => {
    await pause('store')
    await new Lever(folder).pull('from another process')
    await vi.waitFor(() => expect(faults.list()).toEqual([]), { timeout: 20_000 })
    expect((await operator().halt('from another process')).lifted).toMatchObject([{ replica: 'store-1' }])
  })

  it('says which file cannot be removed when it cannot be released', async () => {
    await mkdir(new Lever(folder).path)
    await expect(operator().release()).rejects.toMatchObject({ code: 'FD_SYSTEM_REFUSED' })
    expect((await anyone().stack()).halted).not.toBeNull()
  })

  it('is held in memory where nothing can be written, and says so', async () => {
    await rm(folder, { recursive: true })
    await writeFile(folder, 'no folder at all')
    expect((await operator().halt('full')).halted).toMatchObject({ durable: false, why: 'full' })
    await expect(pause('store')).rejects.toMatchObject({ code: 'FD_HALTED' })
    await operator().release()
    await pause('store')
  })

  it('undoes soon what runs have changed, although it was not settled', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const scale = vi.spyOn(runtime, 'scale')
      const changes = new LeasedChanges(runtime, () => undefined)
      changes.renew('a', { ...workers(1), leaseMs: 60_000 })
      changes.hurry()
      await vi.advanceTimersByTimeAsync(2_500)
      expect(scale).toHaveBeenCalledWith('worker', 1, 'fault')
      changes.close()
    } finally {
      vi.useRealTimers()
    }
  })

  it("is the operator's only", async () => {
    await expect(responder().halt('')).rejects.toMatchObject({ code: expect.stringContaining('FD_') as string })
    await expect(anyone().release()).rejects.toMatchObject({ code: expect.stringContaining('FD_') as string })
    expect((await anyone().stack()).halted).toBeNull()
  })
})
