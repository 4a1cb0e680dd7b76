import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FaultView } from '../../src/api/contract.ts'
import { descendantsOf } from '../../src/base/system/process.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { openControls } from '../../src/foreign/control/controls.ts'
import { parseSystem } from '../../src/foreign/file/system-file.ts'
import { ForeignRuntime } from '../../src/foreign/foreign-runtime.ts'
import { guardReach } from '../../src/foreign/guardian/guard-reach.ts'
import { Guardian } from '../../src/foreign/guardian/guardian.ts'
import { TestApp } from '../../src/foreign/test-app.ts'
import { Containers } from './containers.ts'
import { dockerHost, run } from './docker.ts'

const MIB = 1024 ** 2
/** What its owner has written of each service: half a core, 256 MiB, and a disk of its own. */
const LIMITS = { mem_limit: '256m', cpus: 0.5, tmpfs: ['/data:size=2g'] }

let ports: { web: number; db: number }
let containers: Containers
beforeAll(async () => {
  ports = { web: await TestApp.freePort(), db: await TestApp.freePort() }
  containers = await Containers.up({
    web: { port: ports.web, more: { ...LIMITS, restart: 'always' } },
    db: { port: ports.db, more: LIMITS },
  })
})
afterAll(() => containers?.remove())

let runtime: ForeignRuntime
let guardian: Guardian
let controls: ReturnType<typeof openControls>
beforeEach(async () => {
  const serviceOf = ([name, port]: [string, number]) =>
    `  ${name}: { urls: ["http://127.0.0.1:${port}"], compose: { project: ${containers.project}, service: ${name} }, disk: /data }\n`
  const text = `name: a\nenvironment: lab\nprometheus: http://127.0.0.1:1\nalertmanager: http://127.0.0.1:1\nservices:\n${Object.entries(ports).map(serviceOf).join('')}`
  const system = parseSystem(text, 'firedrill.yaml')
  controls = openControls({ DOCKER_HOST: dockerHost })
  runtime = new ForeignRuntime(system, controls.controlOf)
  await runtime.up()
  guardian = new Guardian(runtime, { reach: guardReach(system, runtime, {}) })
  for (const service of ['web', 'db'] as const)
    await until(`${service} to be healthy`, async () => replica(service)?.state === 'healthy')
})
afterEach(async () => {
  await guardian.close()
  await controls.close()
})

const replica = (service: 'web' | 'db') => runtime.services().find(({ name }) => name === service)?.replicas[0]
const events = async () => (await guardian.events(0)).map(({ kind, actor }) => `${kind} ${actor}`)

function inject(
  fault: string,
  service: 'web' | 'db',
  params: Record<string, unknown> = {},
  forMs = 120_000,
): Promise<FaultView> {
  return guardian.inject({ fault, service, params, forMs })
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  await waitUntil(async () => ((await isSo()) ? done(undefined) : notYet('not yet')), {
    what,
    timeoutMs: 40_000,
    intervalMs: 50,
  })
}

/** The processes of faults beside containers. */
function neighbours(): number[] {
  return descendantsOf(process.pid).filter((pid) => textOf(`/proc/${pid}/cmdline`).includes('forMs'))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

describe('a container of a real engine that is not ours', () => {
  it('is found with the pid that this machine knows it by, and with its log', async () => {
    const { Id, State } = await containers.inspect('web')
    expect(replica('web')).toMatchObject({ state: 'healthy', pid: State.Pid, restarts: 0 })
    expect(readFileSync(`/proc/${State.Pid}/cgroup`, 'utf8')).toContain(Id)
    expect((await runtime.logs({ service: 'web' }, { lines: 5 })).at(-1)).toBe('listens')
  })

  it('is killed with proof, and started again when the fault is lifted and nobody has', async () => {
    const { pid } = replica('db') ?? {}
    const { id, landing } = await inject('kill', 'db')
    expect(landing).toMatchObject({ landed: true, proof: `pid ${pid} is gone` })
    expect((await containers.inspect('db')).State).toMatchObject({ Running: false, ExitCode: 137 })
    expect(await guardian.lift(id)).toMatchObject({
      changed: true,
      detail: 'started db-1, which nobody had repaired',
    })
    expect(replica('db')).toMatchObject({ state: 'healthy' })
    expect(await events()).toEqual(expect.arrayContaining(['exited itself', 'starting fault']))
  })

  it('is killed as a crash kills it: its restart policy starts it again, and is reported as who did', async () => {
    const { id, landing } = await inject('kill', 'web')
    expect(landing).toMatchObject({ landed: true })
    await until('the restart to be seen', async () => replica('web')?.state === 'healthy')
    expect(await guardian.lift(id)).toMatchObject({ changed: false, detail: 'web-1 runs' })
    expect(await events()).toContain('starting restart-policy')
    expect(await events()).not.toContain('starting fault')
  })

  it('is frozen until its time is over', async () => {
    const { landing } = await inject('pause', 'web', {}, 3_000)
    expect(landing).toMatchObject({ landed: true })
    expect((await containers.inspect('web')).State.Paused).toBe(true)
    await until('the fault to be over', async () => (await guardian.faults()).length === 0)
    expect((await containers.inspect('web')).State).toMatchObject({ Running: true, Paused: false })
    expect(await events()).toEqual(expect.arrayContaining(['paused fault', 'resumed fault']))
    // Nothing is left that would unpause it.
    await until('its watch to be gone', async () =>
      descendantsOf(process.pid).every((pid) => !textOf(`/proc/${pid}/cmdline`).includes('unpause')),
    )
  })

  it('is stopped while it is frozen, in order, and its restart policy does not start it', async () => {
    await inject('pause', 'web')
    const { id, landing } = await inject('stop', 'web')
    expect(landing).toMatchObject({ landed: true })
    expect((await containers.inspect('web')).State).toMatchObject({ Running: false, Restarting: false, ExitCode: 0 })
    expect(replica('web')).toMatchObject({ state: 'stopped' })
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
    expect(replica('web')).toMatchObject({ state: 'healthy' })
  })

  it('is restarted in order', async () => {
    const { pid } = replica('db') ?? {}
    const { landing } = await inject('restart', 'db')
    expect(landing).toMatchObject({ landed: true, proof: `pid ${pid} became ${replica('db')?.pid}` })
  })

  it('is started by us where its engine would only wait before it restarts it', async () => {
    const restarts = async () => (await containers.inspect('web')).RestartCount
    const before = await restarts()
    // Before each restart the engine waits twice as long as before the last one, from 100 ms on.
    const { id } = await inject('crash-loop', 'web', { times: 6 })
    await until('the engine to wait for seconds', async () => {
      const { State, RestartCount } = await containers.inspect('web')
      return State.Restarting && RestartCount >= before + 5
    })
    expect(await guardian.lift(id)).toMatchObject({ detail: expect.stringContaining('started web-1') })
    expect(replica('web')).toMatchObject({ state: 'healthy' })
  })

  it('loses CPU time to a process in its cgroups, which the engine accounts to it', async () => {
    const { Id } = await containers.inspect('web')
    const usage = async () => (await containers.engine.stats(Id)).cpu_stats.cpu_usage.total_usage
    const before = await usage()
    const { id, landing } = await inject('cpu', 'web', { workers: 2 })
    expect(landing).toMatchObject({ landed: true, proof: expect.stringContaining(Id) })
    const [neighbour] = neighbours()
    const groups = textOf(`/proc/${neighbour}/cgroup`).split('\n')
    expect(groups.filter((line) => /:[^:]*\b(?:cpu|cpuacct|memory)\b[^:]*:/.test(line) && !line.includes(Id))).toEqual(
      [],
    )
    // A machine that is busy with other things gives the container little.
    await until('the engine to account for it', async () => (await usage()) - before > 0.1e9)
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
    expect(neighbours()).toEqual([])
  })

  it('loses memory to a process that the engine accounts to it, and no more than its limit leaves', async () => {
    const { Id } = await containers.inspect('web')
    const usage = async () => (await containers.engine.stats(Id)).memory_stats.usage
    const before = await usage()
    const { id, landing } = await inject('memory', 'web', { size: '96MiB' })
    expect(landing).toMatchObject({ landed: true, proof: expect.stringContaining('of the limit of 256 MiB') })
    expect((await usage()) - before).toBeGreaterThan(80 * MIB)
    await expect(inject('memory', 'web', { size: '200MiB' })).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
    await until('its memory to be free', async () => (await usage()) - before < 48 * MIB)
    expect(replica('web')).toMatchObject({ state: 'healthy' })
  })

  it('is rid of a fault beside it when it ends, and is started again by its engine', async () => {
    const cpu = await inject('cpu', 'web', { workers: 2 })
    const memory = await inject('memory', 'web', { size: '32MiB' })
    const { pid } = replica('web') ?? {}
    await inject('kill', 'web')
    await until('the restart to be seen', async () => replica('web')?.state === 'healthy')
    await until('both processes to be gone', async () => neighbours().length === 0)
    for (const { id } of [cpu, memory])
      expect(await guardian.lift(id)).toMatchObject({
        changed: false,
        detail: expect.stringContaining(`pid ${pid} has ended`),
      })
    expect(replica('web')?.pid).not.toBe(pid)
  })

  it('has less room on its own disk, and gets it back', async () => {
    const { Id } = await containers.inspect('db')
    const free = () => Number(run('docker', ['exec', Id, 'df', '--output=avail', '-B1', '/data']).split('\n')[1])
    const before = free()
    const { id, landing } = await inject('disk-fill', 'db', { size: '64MiB' })
    expect(landing).toMatchObject({ landed: true, proof: expect.stringContaining('/data of db-1') })
    expect(before - free()).toBeGreaterThanOrEqual(64 * MIB)
    expect(run('docker', ['exec', Id, 'ls', '-A', '/data'])).toBe('')
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
    expect(free()).toBe(before)
  })
})
