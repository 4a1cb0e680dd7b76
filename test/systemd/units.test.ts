import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { FaultView } from '../../src/api/contract.ts'
import { descendantsOf, isHalted } from '../../src/base/system/process.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { openControls } from '../../src/foreign/control/controls.ts'
import { SystemdControl } from '../../src/foreign/control/systemd-control.ts'
import { parseSystem } from '../../src/foreign/file/system-file.ts'
import { ForeignRuntime } from '../../src/foreign/foreign-runtime.ts'
import { guardReach } from '../../src/foreign/guardian/guard-reach.ts'
import { Guardian } from '../../src/foreign/guardian/guardian.ts'
import { TestApp } from '../../src/foreign/test-app.ts'

const root = new URL('../../', import.meta.url).href
const UNIT = 'fd-shop.service'
const UNITS = '/run/systemd/system'
const MIB = 1024 ** 2
const APP = `
const { createServer } = require('node:http')
createServer((_request, response) => response.end('fine')).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listens'))
process.on('SIGTERM', () => process.exit(0))
`

const systemctl = (...args: string[]) => execFileSync('systemctl', args, { encoding: 'utf8' })
const shown = (property: string) => systemctl('show', `--property=${property}`, '--value', UNIT).trim()

let folder: string
let runtime: ForeignRuntime
let guardian: Guardian
let controls: ReturnType<typeof openControls>

/** The unit as its people have written it, with lines of their own, and a guardian of a run on it. */
async function begin(...lines: string[]): Promise<number> {
  folder = await mkdtemp(join(tmpdir(), 'fd-unit-'))
  const port = await TestApp.freePort()
  await mkdir(join(folder, 'data'))
  await writeFile(join(folder, 'app.js'), APP)
  const service = [`ExecStart=${process.execPath} ${folder}/app.js`, `Environment=PORT=${port}`, ...lines]
  await writeFile(join(UNITS, UNIT), `[Unit]\nDefaultDependencies=no\n[Service]\n${service.join('\n')}\n`)
  systemctl('daemon-reload')
  systemctl('start', UNIT)
  const text = `name: a\nenvironment: lab\nprometheus: http://127.0.0.1:1\nalertmanager: http://127.0.0.1:1\nservices:\n  shop: { urls: ["http://127.0.0.1:${port}"], systemd: ${UNIT}, disk: ${folder}/data }\n`
  await writeFile(join(folder, 'firedrill.yaml'), text)
  const system = parseSystem(text, 'firedrill.yaml')
  controls = openControls()
  runtime = new ForeignRuntime(system, controls.controlOf)
  await runtime.up()
  guardian = new Guardian(runtime, { reach: guardReach(system, runtime, {}) })
  await until('the unit to be healthy', () => replica()?.state === 'healthy')
  return replica()?.pid ?? 0
}
afterEach(async () => {
  await guardian.close()
  await controls.close()
  systemctl('stop', UNIT)
  await rm(join(UNITS, UNIT))
  systemctl('daemon-reload')
  await rm(folder, { recursive: true })
})

const replica = () => runtime.services()[0]?.replicas[0]
const events = async () => (await guardian.events(0)).map(({ kind, actor }) => `${kind} ${actor}`)

function inject(fault: string, params: Record<string, unknown> = {}, forMs = 120_000): Promise<FaultView> {
  return guardian.inject({ fault, service: 'shop', params, forMs })
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  await waitUntil(async () => ((await isSo()) ? done(undefined) : notYet('not yet')), {
    what,
    timeoutMs: 30_000,
    intervalMs: 50,
  })
}

/** Stands for a run: its guardian injects a fault, which it holds until it is killed. */
const RUN = `
import { startGuardian } from '${root}dist/src/foreign/guardian/start-guardian.js'
import { StateFolder } from '${root}dist/src/runtimes/native/state/state-folder.js'
const [, file, state, fault] = process.argv
const guard = await startGuardian(file, new StateFolder(state))
const { landing } = await guard.inject({ fault, service: 'shop', params: {}, forMs: 120_000 })
console.log(landing.landed)
setInterval(() => undefined, 60_000)
`

/** The processes of faults beside the unit. */
function neighbours(): number[] {
  return descendantsOf(process.pid).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('forMs')
    } catch {
      return false
    }
  })
}

describe('a unit of a real systemd that is not ours', () => {
  it('is found by its main process, with its log', async () => {
    const pid = await begin()
    expect(pid).toBe(Number(shown('MainPID')))
    const lines = () => runtime.logs({ service: 'shop' }, { lines: 5 })
    await until('the journal to have its line', async () => (await lines()).includes('listens'))
  })

  it('has no log where nothing has been printed', async () => {
    await begin()
    expect(await new SystemdControl({ name: 'fd-never.service', user: false }, process.env).log(5)).toEqual([])
  })

  it('is killed as a crash kills it, and its own Restart= is reported as what started it again', async () => {
    const pid = await begin('Restart=always', 'RestartSec=1')
    const { id, landing } = await inject('kill')
    expect(landing).toMatchObject({ landed: true, proof: `pid ${pid} is gone` })
    await until('the restart to be seen', () => replica()?.state === 'healthy')
    expect(shown('NRestarts')).toBe('1')
    expect(await guardian.lift(id)).toMatchObject({ changed: false, detail: 'shop-1 runs' })
    expect(await events()).toContain('starting restart-policy')
    expect(await events()).not.toContain('starting fault')
  })

  it('is started when the fault is lifted and nobody has', async () => {
    await begin('Restart=no')
    const { id } = await inject('kill')
    await until('systemd to see it', () => shown('ActiveState') === 'failed')
    expect(await guardian.lift(id)).toMatchObject({
      changed: true,
      detail: 'started shop-1, which nobody had repaired',
    })
    expect(shown('ActiveState')).toBe('active')
    expect(await events()).toContain('starting fault')
  })

  it('is started also where it has failed too often for its systemd', async () => {
    await begin('Restart=always', 'RestartSec=50ms', 'StartLimitInterval=1h', 'StartLimitBurst=2')
    const { id } = await inject('crash-loop')
    await until('systemd to give up', () => shown('Result') !== 'success' && shown('ActiveState') === 'failed')
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
    expect(shown('ActiveState')).toBe('active')
  })

  it('is stopped by systemd, and its Restart= does not start it', async () => {
    await begin('Restart=always', 'RestartSec=50ms')
    const { id, landing } = await inject('stop')
    expect(landing).toMatchObject({ landed: true })
    expect(shown('ActiveState')).toBe('inactive')
    expect(replica()).toMatchObject({ state: 'stopped' })
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
    expect(shown('ActiveState')).toBe('active')
  })

  it('is frozen with all that it has started until the time is over', async () => {
    const pid = await begin()
    const { landing } = await inject('pause', {}, 2_000)
    expect(landing).toMatchObject({ landed: true, proof: `pid ${pid} is frozen` })
    expect(isHalted(pid)).toBe(true)
    await until('the fault to be over', async () => (await guardian.faults()).length === 0)
    expect(isHalted(pid)).toBe(false)
    expect(Number(shown('MainPID'))).toBe(pid)
  })

  it('is stopped while it is frozen, and restarted', async () => {
    const pid = await begin('Restart=always')
    await inject('pause')
    const stop = await inject('stop')
    expect(stop.landing).toMatchObject({ landed: true, proof: `pid ${pid} is gone` })
    await guardian.lift(stop.id)
    const again = replica()?.pid
    const { landing } = await inject('restart')
    expect(landing).toMatchObject({ landed: true, proof: `pid ${again} became ${shown('MainPID')}` })
  })

  it('loses memory, which systemd accounts to it, and CPU time within its own limits', async () => {
    await begin('MemoryMax=256M', 'CPUQuota=50%')
    const memory = await inject('memory', { size: '64MiB' })
    expect(memory.landing).toMatchObject({ landed: true, proof: expect.stringContaining('of the limit of 256 MiB') })
    expect(Number(shown('MemoryCurrent'))).toBeGreaterThan(64 * MIB)
    const cpu = await inject('cpu')
    expect(cpu.landing).toMatchObject({ landed: true, proof: expect.stringContaining(UNIT) })
    for (const neighbour of neighbours())
      expect(readFileSync(`/proc/${neighbour}/cgroup`, 'utf8')).toMatch(new RegExp(`:cpu[^:]*:/system\\.slice/${UNIT}`))
    for (const { id } of [memory, cpu]) expect(await guardian.lift(id)).toMatchObject({ changed: true })
    expect(neighbours()).toEqual([])
  })

  it('is rid of a fault beside it when its main process ends, and starts again', async () => {
    const pid = await begin('MemoryMax=256M', 'Restart=always', 'RestartSec=50ms')
    const { id } = await inject('memory', { size: '32MiB' })
    await inject('kill')
    await until('the restart to be seen', () => replica()?.state === 'healthy' && replica()?.pid !== pid)
    await until('the process beside it to be gone', () => neighbours().length === 0)
    expect(await guardian.lift(id)).toMatchObject({ changed: false })
  })

  it.each(['stop', 'kill', 'pause'])(
    'runs again after %s when the run that holds it is killed with -9',
    async (fault) => {
      const pid = await begin('Restart=no')
      const state = join(folder, 'state')
      await mkdir(join(state, 'logs'), { recursive: true, mode: 0o700 })
      const args = ['--input-type=module', '-e', RUN, join(folder, 'firedrill.yaml'), state, fault]
      const run = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      try {
        const [line] = (await once(run.stdout, 'data')) as [Buffer]
        expect(String(line)).toBe('true\n')
        expect(fault === 'pause' ? isHalted(pid) : shown('ActiveState') !== 'active').toBe(true)
      } finally {
        run.kill('SIGKILL')
      }
      await until('the unit to run again', () => {
        const now = Number(shown('MainPID'))
        return now > 0 && !isHalted(now)
      })
      expect(Number(shown('MainPID')) === pid).toBe(fault === 'pause')
      await until('it to be seen', () => replica()?.state === 'healthy')
    },
  )

  it('has less room on its disk', async () => {
    await begin()
    const { id, landing } = await inject('disk-fill', { size: '8MiB' })
    expect(landing).toMatchObject({ landed: true, proof: expect.stringContaining(join(folder, 'data')) })
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
  })
})
