import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { TestEngine } from '../../src/foreign/control/test-engine.ts'
import { root } from './firedrill.ts'

const PROGRAM = join(root, 'dist/src/foreign/guardian/guardian-main.js')

let folder: string
let log: string
let engine: TestEngine
const children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-guardian-'))
  log = join(folder, 'guardian.log')
  engine = await TestEngine.start(folder)
  await writeFile(join(folder, 'firedrill.yaml'), engine.description)
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

/** Starts a guardian as a run does; its log is that file. */
function startGuardian(to = log): ChildProcess {
  const output = openSync(to, 'a')
  const child = fork(PROGRAM, [join(folder, 'firedrill.yaml'), folder], {
    detached: true,
    env: { ...process.env, DOCKER_HOST: engine.host },
    stdio: ['ignore', output, output, 'ipc'],
  })
  closeSync(output)
  children.push(child)
  return child
}

/** Starts one that holds a paused container. */
async function startHolding(to = log): Promise<ChildProcess> {
  const child = startGuardian(to)
  await once(child, 'message')
  const body = { fault: 'pause', service: 'web', replica: 'web-2', params: {}, forMs: 60_000 }
  child.send({ id: 1, method: 'inject', args: [body] })
  const [answer] = (await once(child, 'message')) as [unknown]
  expect(answer).toMatchObject({ id: 1, result: { landing: { landed: true } } })
  expect(engine.containers.get('aaa')?.paused).toBe(true)
  return child
}

const exitOf = async (child: ChildProcess) => (await once(child, 'exit')) as [number | null, string | null]

async function untilLogged(text: string): Promise<void> {
  const attempt = async () => {
    const written = await readFile(log, 'utf8')
    return written.includes(text) ? done(undefined) : notYet(written)
  }
  await waitUntil(attempt, { what: `"${text}" in the log`, timeoutMs: 60_000, intervalMs: 50 })
}

describe.runIf(process.platform === 'linux')('the guardian of a run that is gone', () => {
  it('ends where the run ends while the guardian only begins', async () => {
    const child = startGuardian()
    const exit = exitOf(child)
    child.disconnect()
    expect(await exit).toEqual([0, null])
  })

  it('tries on while the engine is gone as well, and has all put back once it is there again', async () => {
    const child = await startHolding()
    await engine.end()
    const exit = exitOf(child)
    child.disconnect()
    await untilLogged('not undone yet: pause of web-2: no answer')
    await engine.begin()
    expect(await exit).toEqual([0, null])
    expect(engine.containers.get('aaa')?.paused).toBe(false)
  })

  it('ends with 1, and says what is left and what to do, when it is asked to give up', async () => {
    const child = await startHolding()
    await engine.end()
    const exit = exitOf(child)
    child.disconnect()
    await untilLogged('not undone yet: pause of web-2: no answer')
    child.kill('SIGTERM')
    expect(await exit).toEqual([1, null])
    const written = await readFile(log, 'utf8')
    expect(written).toMatch(/ it is tried for .+ more\n/)
    expect(written).toMatch(
      / not undone: pause of web-2: no answer: .*\n.* next: start by hand what was stopped, .*\n$/,
    )
  })

  it('holds a fault, and has it undone, where its log is on a disk that is full', async () => {
    const child = await startHolding('/dev/full')
    await engine.end()
    const exit = exitOf(child)
    child.disconnect()
    const first = engine.asked.length
    await engine.begin()
    expect(await exit).toEqual([0, null])
    expect(engine.asked.slice(first)).toContain('unpause aaa')
    expect(engine.containers.get('aaa')?.paused).toBe(false)
  })
})
