import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmdirSync, writeFileSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { descendantsOf, identify, signalProcess } from '../../base/system/process.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { cgroupsOf } from '../beside/cgroups.ts'
import { openControls } from '../control/controls.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'
import { ForeignRuntime } from '../foreign-runtime.ts'
import { runLinks } from '../links/run-links.ts'
import { TestApp } from '../test-app.ts'
import { guardReach } from './guard-reach.ts'
import { Guardian } from './guardian.ts'

const MIB = 1024 ** 2

let app: TestApp
let pid: number
let guardian: Guardian | undefined
beforeEach(async () => {
  app = await TestApp.create()
  pid = await app.start()
})
afterEach(async () => {
  await guardian?.close()
  guardian = undefined
  await app.remove()
})

async function guard(system: ForeignSystem = app.system()): Promise<Guardian> {
  const runtime = new ForeignRuntime(system, openControls({}).controlOf)
  await runtime.up()
  guardian = new Guardian(runtime, { reach: guardReach(system, runtime, {}) })
  return guardian
}

function inject(
  one: Guardian,
  fault: string,
  params: Record<string, unknown>,
  { forMs = 60_000, service = 'app' } = {},
) {
  return one.inject({ fault, service, params, forMs })
}

/** The processes beside the app: those of this process that hold a fault. */
function neighbours(): number[] {
  return descendantsOf(process.pid).filter((one) => {
    try {
      return readFileSync(`/proc/${one}/cmdline`, 'utf8').includes('forMs')
    } catch {
      return false
    }
  })
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  await waitUntil(async () => ((await isSo()) ? done(undefined) : notYet('not yet')), {
    what,
    timeoutMs: 20_000,
    intervalMs: 20,
  })
}

const isOver = (one: Guardian) => async () => (await one.faults()).length === 0

describe.runIf(process.platform === 'linux')('a fault beside a process that is not ours', () => {
  it('burns CPU time by the account of the kernel, until it is lifted', async () => {
    const one = await guard()
    const { id, landing } = await inject(one, 'cpu', { workers: 2, duty: '30%' })
    expect(landing).toMatchObject({ landed: true })
    expect(landing.proof).toMatch(new RegExp(`^beside pid ${pid}, .*the threads burnt \\d+\\.\\d\\d CPU seconds`))
    expect(neighbours()).toHaveLength(1)
    expect(await one.lift(id)).toMatchObject({ changed: true, detail: 'ended the fault beside app-1' })
    expect(neighbours()).toEqual([])
  })

  it('takes memory, and gives it back when its time is over', async () => {
    const one = await guard()
    const { landing } = await inject(one, 'memory', { size: '48MiB' }, { forMs: 2_000 })
    expect(landing).toMatchObject({ landed: true, proof: expect.stringContaining('are resident') })
    await until('the fault to be over', isOver(one))
    await until('its process to be gone', () => neighbours().length === 0)
  })

  it.runIf(freemem() < 64 * 1_024 * MIB)('refuses to take memory that there is not', async () => {
    const one = await guard()
    await expect(inject(one, 'memory', { size: '64GiB' })).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
    expect(neighbours()).toEqual([])
  })

  it('is over when the process that holds it is killed', async () => {
    const one = await guard()
    const { id } = await inject(one, 'memory', { size: '16MiB' })
    for (const neighbour of neighbours()) signalProcess(neighbour, 'SIGKILL')
    await until('the fault to be over', isOver(one))
    expect(await one.lift(id)).toMatchObject({ changed: false, detail: expect.stringContaining('ended by SIGKILL') })
  })

  it.each([
    ['memory', { size: '16MiB' }],
    ['cpu', { duty: '10%' }],
  ])('ends with its target, also when that is started again: %s', async (fault, params) => {
    const one = await guard()
    const { id } = await inject(one, fault, params)
    await inject(one, 'kill', {})
    await app.start()
    await until('the process beside it to be gone', () => neighbours().length === 0)
    expect(await one.lift(id)).toMatchObject({
      changed: false,
      detail: expect.stringContaining(`pid ${pid} has ended`),
    })
  })

  it.each([
    ['memory', { size: '16MiB' }],
    ['cpu', { duty: '10%' }],
  ])('is ended while it only begins: %s', async (fault, params) => {
    const one = await guard()
    const [begun] = await Promise.allSettled([inject(one, fault, params), one.liftAll()])
    expect(begun).toMatchObject({ status: 'rejected', reason: { code: 'FD_FAULT_REFUSED' } })
    expect(neighbours()).toEqual([])
  })

  it('ends with the guardian', async () => {
    const one = await guard()
    await inject(one, 'cpu', { duty: '10%' })
    await one.close()
    expect(neighbours()).toEqual([])
  })

  it('has no target once the process is gone', async () => {
    const one = await guard()
    await inject(one, 'kill', {})
    await expect(inject(one, 'memory', { size: '16MiB' })).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      message: 'app-1 does not run as a process of this machine',
    })
  })
})

describe.runIf(process.platform === 'linux')('disk-fill of a folder', () => {
  /** Files without a name that this process holds, with their sizes. */
  const held = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(app.folder)
      } catch {
        return false
      }
    })

  it('takes room in the folder that the description names, and leaves no file behind', async () => {
    await mkdir(join(app.folder, 'data'))
    const one = await guard(app.system(undefined, '', { service: 'disk: data' }))
    const { id, landing } = await inject(one, 'disk-fill', { size: '8MiB' })
    expect(landing).toMatchObject({ landed: true, proof: expect.stringContaining(join(app.folder, 'data')) })
    expect(await readdir(join(app.folder, 'data'))).toEqual([])
    expect(held()).toHaveLength(1)
    expect(await one.lift(id)).toMatchObject({ changed: true })
    expect(held()).toEqual([])
  })

  it('is ended while it is being written, and gives back what it has taken', async () => {
    await mkdir(join(app.folder, 'data'))
    const one = await guard(app.system(undefined, '', { service: 'disk: data' }))
    const [begun] = await Promise.allSettled([inject(one, 'disk-fill', { size: '8MiB' }), one.liftAll()])
    expect(begun).toMatchObject({ status: 'rejected', reason: { code: 'FD_FAULT_REFUSED' } })
    expect(held()).toEqual([])
    expect(await readdir(join(app.folder, 'data'))).toEqual([])
  })

  it.each([
    ['names no folder', '', 'FD_FAULT_UNSUPPORTED'],
    ['names a folder that there is not', 'disk: nowhere', 'FD_FAULT_REFUSED'],
    ['names a file', 'disk: app.mjs', 'FD_FAULT_REFUSED'],
  ])('is refused when the description %s', async (_, service, code) => {
    const one = await guard(app.system(undefined, '', { service }))
    await expect(inject(one, 'disk-fill', { size: '8MiB' })).rejects.toMatchObject({ code })
  })
})

/** A cgroup of its own with a limit of memory, where this user may make one. */
function limitedCgroup(limitBytes: number): { name: string; add(pid: number): void; remove(): void } | undefined {
  for (const group of cgroupsOf('self')) {
    const folder = join(group.folder, `firedrill-test-${process.pid}`)
    const limit = join(folder, group.version === 2 ? 'memory.max' : 'memory.limit_in_bytes')
    try {
      mkdirSync(folder)
      writeFileSync(limit, String(limitBytes))
    } catch {
      try {
        rmdirSync(folder)
      } catch {}
      continue
    }
    return {
      name: folder.slice(group.top.length),
      add: (one) => writeFileSync(join(folder, 'cgroup.procs'), String(one)),
      remove: () => rmdirSync(folder),
    }
  }
  return undefined
}

const probe = process.platform === 'linux' ? limitedCgroup(64 * MIB) : undefined
probe?.remove()

describe.runIf(probe !== undefined)('a fault beside a process in a cgroup with a limit', () => {
  it('counts against that limit, and takes no more than it leaves', async () => {
    const cgroup = limitedCgroup(256 * MIB)
    if (cgroup === undefined) throw new Error('no cgroup')
    try {
      cgroup.add(pid)
      const one = await guard()
      const { id, landing } = await inject(one, 'memory', { size: '64MiB' })
      expect(landing).toMatchObject({ landed: true })
      expect(landing.proof).toContain(`in its cgroup`)
      expect(landing.proof).toContain(`of the limit of 256 MiB of ${cgroup.name}`)
      const [neighbour = 0] = neighbours()
      expect(readFileSync(`/proc/${neighbour}/cgroup`, 'utf8')).toContain(`firedrill-test-${process.pid}`)
      await one.lift(id)
      await expect(inject(one, 'memory', { size: '250MiB' })).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
      expect(identify(pid)).toBeDefined()
    } finally {
      await guardian?.close()
      await app.remove()
      await until('the cgroup to be empty', () => {
        try {
          cgroup.remove()
          return true
        } catch {
          return false
        }
      })
    }
  })
})

describe('a fault of the network on a link that is not ours', () => {
  it('is held by the proxy that the service connects through, until it is lifted or its guardian is gone', async () => {
    const [listen, api] = [await TestApp.freePort(), await TestApp.freePort()]
    const file = `proxy: http://127.0.0.1:${api}\nlinks: { app-web: { listen: "127.0.0.1:${listen}", upstream: "127.0.0.1:${app.port}" } }`
    const system = app.system(undefined, '', { file })
    const proxy = await runLinks(system, pino({ level: 'silent' }), {})
    const traffic = setInterval(() => void fetch(`http://127.0.0.1:${listen}/`).catch(() => undefined), 50)
    const toxics = async () => {
      const answer = await fetch(`http://127.0.0.1:${api}/proxies/app-web/toxics`)
      return ((await answer.json()) as { type: string }[]).map(({ type }) => type)
    }
    try {
      const one = await guard(system)
      const { id, landing } = await inject(one, 'network-latency', { delay: '20ms' }, { service: 'app-web' })
      expect(landing).toMatchObject({ landed: true, proof: expect.stringContaining('to app-web came to the fault') })
      expect(await toxics()).toEqual(['latency'])
      expect(await one.lift(id)).toMatchObject({ changed: true, detail: 'the link to app-web is unharmed again' })
      expect(await toxics()).toEqual([])
      const down = await inject(one, 'network-down', {}, { service: 'app-web', forMs: 2_000 })
      expect(down.landing).toMatchObject({ landed: true })
      await until('the link to be up again', async () =>
        fetch(`http://127.0.0.1:${listen}/`).then(
          ({ ok }) => ok,
          () => false,
        ),
      )
      await expect(inject(one, 'kill', {}, { service: 'app-web' })).resolves.toMatchObject({
        landing: { landed: false },
      })
    } finally {
      clearInterval(traffic)
      await guardian?.close()
      await proxy.close()
    }
  })

  it('is refused when the proxy does not run', async () => {
    const file = `proxy: http://127.0.0.1:1\nlinks: { app-web: { listen: "127.0.0.1:${app.port + 1}", upstream: "127.0.0.1:${app.port}" } }`
    const one = await guard(app.system(undefined, '', { file }))
    await expect(inject(one, 'network-latency', {}, { service: 'app-web' })).rejects.toMatchObject({
      code: 'FD_FAULT_UNREACHABLE',
    })
  })
})
