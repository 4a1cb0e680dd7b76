import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isHalted } from '../../base/system/process.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { parseSystem } from '../file/system-file.ts'
import { ForeignRuntime } from '../foreign-runtime.ts'
import { Guardian } from '../guardian/guardian.ts'
import { TestApp } from '../test-app.ts'
import { openControls } from './controls.ts'

/** What is done of systemctl here: the unit app.service runs app.mjs in this folder. Every call is written down. */
const SYSTEMCTL = `#!${process.execPath}
const { spawn } = require('node:child_process')
const { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
process.chdir(__dirname)
const args = process.argv.slice(2)
const verb = args.find((arg) => /^(show|start|stop|kill|reset-failed)$/.test(arg))
if (verb !== 'show') appendFileSync('asked', args.join(' ') + '\\n')
if (args.at(-1) !== 'app.service') process.exit(5)
const pid = () => {
  const found = existsSync('app.pid') ? Number(readFileSync('app.pid', 'utf8')) : 0
  try { if (found > 0) process.kill(found, 0) } catch { return 0 }
  return found
}
const untilGone = () => (pid() > 0 ? setTimeout(untilGone, 10) : undefined)
if (existsSync('refuses') && verb !== 'show') {
  console.error('Failed to ' + verb + ' app.service: Interactive authentication required.')
  process.exit(1)
}
if (verb === 'show') console.log('MainPID=' + pid() + '\\nLoadState=loaded\\nActiveState=' + (pid() ? 'active' : 'inactive') + '\\nSubState=x')
if (verb === 'stop' && pid() > 0) {
  process.kill(pid(), 'SIGTERM')
  untilGone()
}
if (verb === 'start' && pid() === 0) {
  rmSync('app.pid', { force: true })
  spawn(process.execPath, ['app.mjs'], { env: { PORT: readFileSync('port', 'utf8') }, stdio: 'ignore', detached: true }).unref()
}
`

let app: TestApp
let guardian: Guardian
let first: number
beforeEach(async () => {
  app = await TestApp.create()
  await writeFile(join(app.folder, 'systemctl'), SYSTEMCTL)
  await chmod(join(app.folder, 'systemctl'), 0o755)
  await writeFile(join(app.folder, 'port'), String(app.port))
  await writeFile(join(app.folder, 'asked'), '')
  first = await app.start()
  guardian = await guard('systemd: app.service')
})
afterEach(async () => {
  await guardian.close()
  await app.remove()
})

async function guard(run: string): Promise<Guardian> {
  const head = 'name: a\nenvironment: lab\nprometheus: http://p:1\nalertmanager: http://a:1\nservices:\n'
  const system = parseSystem(`${head}  app: { urls: ["http://127.0.0.1:${app.port}"], ${run} }\n`, 'firedrill.yaml')
  const runtime = new ForeignRuntime(system, openControls({ PATH: app.folder }).controlOf)
  await runtime.up()
  return new Guardian(runtime)
}

const inject = (fault: string) => guardian.inject({ fault, service: 'app', params: {}, forMs: 60_000 })
const replica = async () => (await guardian.describe()).services[0]?.replicas[0]
const asked = async () => (await readFile(join(app.folder, 'asked'), 'utf8')).split('\n').filter(Boolean)

describe.runIf(process.platform === 'linux')('a unit of systemd', () => {
  it('is found by its main process, and stopped and started by systemd alone', async () => {
    expect(await replica()).toMatchObject({ state: 'healthy', pid: first })
    const { id, landing } = await inject('stop')
    expect(landing).toMatchObject({ landed: true, proof: `pid ${first} is gone` })
    expect(await replica()).toMatchObject({ state: 'stopped' })
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
    await app.answers()
    expect(await asked()).toEqual([
      '--no-ask-password stop -- app.service',
      '--no-ask-password reset-failed -- app.service',
      '--no-ask-password start -- app.service',
    ])
  })

  it('is killed as a crash kills it: its unit restarts it, and systemd is not asked', async () => {
    const { id, landing } = await inject('kill')
    expect(landing).toMatchObject({ landed: true, proof: `pid ${first} is gone` })
    expect(await asked()).toEqual([])
    await app.start()
    await waitUntil(async () => ((await replica())?.state === 'healthy' ? done(undefined) : notYet('not yet')), {
      what: 'the restart to be seen',
      timeoutMs: 20_000,
      intervalMs: 20,
    })
    expect(await guardian.lift(id)).toMatchObject({ changed: false, detail: 'app-1 runs' })
    const events = await guardian.events(0)
    expect(events.find(({ kind }) => kind === 'starting')).toMatchObject({
      actor: 'restart-policy',
      detail: 'unit app.service, started by its service manager',
    })
  })

  it('is frozen, and stopped while it is frozen', async () => {
    await inject('pause')
    expect(isHalted(first)).toBe(true)
    const { landing } = await inject('stop')
    expect(landing).toMatchObject({ landed: true, proof: `pid ${first} is gone` })
  })

  it('says what systemd answered when it may not be stopped', async () => {
    await writeFile(join(app.folder, 'refuses'), '')
    await expect(inject('stop')).rejects.toMatchObject({
      code: 'FD_FOREIGN_PROCESS',
      message: expect.stringContaining('Interactive authentication required'),
    })
    expect(await replica()).toMatchObject({ state: 'healthy', pid: first })
  })

  it('of the user is asked for from the systemd of the user', async () => {
    await guardian.close()
    guardian = await guard('systemd: { unit: app.service, user: true }')
    await inject('stop')
    expect((await asked())[0]).toBe('--user --no-ask-password stop -- app.service')
  })

  it('is not there where there is no systemctl', async () => {
    const system = parseSystem(
      `name: a\nenvironment: lab\nprometheus: http://p:1\nalertmanager: http://a:1\nservices: { app: { urls: ["http://127.0.0.1:${app.port}"], systemd: app.service } }\n`,
      'firedrill.yaml',
    )
    const [service] = system.services
    if (service === undefined) throw new Error('no service')
    const control = openControls({ PATH: '/nowhere' }).controlOf(service, 0)
    await expect(control.look()).rejects.toMatchObject({ message: 'there is no program systemctl' })
  })
})
