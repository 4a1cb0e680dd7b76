import { spawn } from 'node:child_process'
import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defined } from '../../base/defined.ts'
import { identify, isHalted } from '../../base/system/process.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { Lever } from '../../runtimes/native/state/lever.ts'
import { openControls } from '../control/controls.ts'
import { findProcess } from '../control/find-process.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'
import { ForeignRuntime } from '../foreign-runtime.ts'
import { TestApp } from '../test-app.ts'
import { guardReach } from './guard-reach.ts'
import { Guardian } from './guardian.ts'

let app: TestApp
let guardian: Guardian | undefined
beforeEach(async () => {
  app = await TestApp.create()
})
afterEach(async () => {
  await guardian?.close()
  guardian = undefined
  await app.remove()
})

async function guard(system: ForeignSystem = app.system(), lever?: Lever): Promise<Guardian> {
  const runtime = new ForeignRuntime(system, openControls({}).controlOf)
  await runtime.up()
  guardian = new Guardian(runtime, { reach: guardReach(system, runtime), ...defined({ lever }) })
  return guardian
}

const stateOf = async (one: Guardian) => (await one.describe()).services[0]?.replicas[0]

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  await waitUntil(async () => ((await check()) ? done(undefined) : notYet('not yet')), {
    what,
    timeoutMs: 20_000,
    intervalMs: 20,
  })
}

const inject = (one: Guardian, fault: string, forMs = 60_000) =>
  one.inject({ fault, service: 'app', params: {}, forMs })

describe.runIf(process.platform === 'linux')('a guardian of a process that somebody else has started', () => {
  it.each(['pidFile: app.pid', 'port'])('finds it by its %s, healthy, with its pid', async (found) => {
    const pid = await app.start()
    const one = await guard(app.system(found === 'port' ? `port: ${app.port}` : found))
    expect(await stateOf(one)).toMatchObject({ id: 'app-1', state: 'healthy', pid, restarts: 0 })
    expect(await one.events(0)).toMatchObject([{ kind: 'healthy', actor: 'itself' }])
  })

  it('kills it with proof, and starts it again when the fault is lifted and nobody has', async () => {
    const pid = await app.start()
    const one = await guard()
    const { id, landing } = await inject(one, 'kill')
    expect(landing).toMatchObject({ landed: true, proof: `pid ${pid} is gone` })
    expect(await stateOf(one)).toMatchObject({ state: 'exited' })
    const lifted = await one.lift(id)
    expect(lifted).toMatchObject({ changed: true, detail: 'started app-1, which nobody had repaired' })
    await app.answers()
    const events = (await one.events(0)).map(({ kind, actor }) => `${kind} ${actor}`)
    expect(events).toEqual(['healthy itself', 'exited itself', 'starting fault', 'healthy itself'])
  })

  it('records a start that it did not cause as one of the service manager', async () => {
    await app.start()
    const one = await guard()
    const { id } = await inject(one, 'kill')
    await app.start()
    await until('the start to be seen', async () => (await stateOf(one))?.state === 'healthy')
    expect(await one.lift(id)).toMatchObject({ changed: false, detail: 'app-1 runs' })
    const start = (await one.events(0)).find(({ kind }) => kind === 'starting')
    expect(start).toMatchObject({ actor: 'restart-policy', detail: expect.stringContaining('its service manager') })
  })

  it('lets it go on when the dead man’s time is over', async () => {
    const pid = await app.start()
    const one = await guard()
    const { landing } = await inject(one, 'pause', 3_000)
    expect(landing).toMatchObject({ landed: true, proof: `pid ${pid} is frozen` })
    expect(isHalted(pid)).toBe(true)
    await app.answers()
    await until('the fault to be over', async () => (await one.faults()).length === 0)
    const events = (await one.events(1)).map(({ kind, actor }) => `${kind} ${actor}`)
    expect(events.slice(0, 2)).toEqual(['paused fault', 'resumed fault'])
  })

  it('undoes what is in force when it leaves', async () => {
    const pid = await app.start()
    const one = await guard()
    await inject(one, 'pause')
    await one.close()
    expect(isHalted(pid)).toBe(false)
    await app.answers()
  })

  it('begins nothing from the moment at which it leaves', async () => {
    const pid = await app.start()
    const one = await guard()
    const leaving = one.close()
    await expect(inject(one, 'pause')).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
    await leaving
    expect(isHalted(pid)).toBe(false)
  })

  it('undoes what is in force and begins nothing when the lever is pulled', async () => {
    const pid = await app.start()
    const lever = new Lever(app.folder)
    const one = await guard(undefined, lever)
    await inject(one, 'pause')
    expect(isHalted(pid)).toBe(true)
    await lever.pull('enough')
    await expect(inject(one, 'kill')).rejects.toMatchObject({ code: 'FD_HALTED' })
    await until('it to go on', async () => !isHalted(pid))
    await app.answers()
    await until('the fault to be lifted', async () => (await one.faults()).length === 0)
  })

  it('stops it in good order, and by the command that is given', async () => {
    const pid = await app.start()
    const by = await guard(app.system('pidFile: app.pid', `, stop: [sh, -c, "kill -9 $(cat app.pid)"]`))
    const { id, landing } = await inject(by, 'stop')
    expect(landing).toMatchObject({ landed: true })
    expect(identify(pid)).toBeUndefined()
    expect(await stateOf(by)).toMatchObject({ state: 'stopped' })
    expect(await by.lift(id)).toMatchObject({ changed: true })
    const { landing: second } = await inject(by, 'restart')
    expect(second.proof).toMatch(/^pid \d+ became \d+$/)
  })

  it('reports why a process cannot be started', async () => {
    await app.start()
    const one = await guard(app.system('pidFile: app.pid, cwd: .', ''))
    const { id } = await inject(one, 'kill')
    await writeFile(join(app.folder, 'app.mjs'), 'process.exit(3)')
    const { changed, detail } = await one.lift(id)
    expect(changed).toBe(false)
    expect(detail).toMatch(/could not be undone: .* ended with exit code 3/)
  })

  it.each(['scale', 'error'])('refuses %s, which it cannot inject', async (fault) => {
    await app.start()
    const one = await guard()
    await expect(inject(one, fault)).rejects.toMatchObject({ code: 'FD_FAULT_UNSUPPORTED' })
  })
})

describe.runIf(process.platform === 'linux')('a pid file', () => {
  it('is believed only about a process that began before it was written', async () => {
    const path = join(app.folder, 'other.pid')
    const other = spawn('sleep', ['60'], { stdio: 'ignore' })
    try {
      await writeFile(path, `${other.pid}\n`)
      expect(findProcess({ by: 'pidFile', path })?.pid).toBe(other.pid)
      const before = new Date(Date.now() - 3_600_000)
      await utimes(path, before, before)
      expect(findProcess({ by: 'pidFile', path })).toBeUndefined()
    } finally {
      other.kill('SIGKILL')
    }
  })

  it.each(['', 'nothing', '1', '0', '-1', String(process.pid)])('that says "%s" names no process', async (text) => {
    const path = join(app.folder, 'other.pid')
    await writeFile(path, text)
    expect(findProcess({ by: 'pidFile', path })).toBeUndefined()
  })
})
