import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { identify, isHalted } from '../../../base/system/process.ts'
import { done, notYet, waitUntil } from '../../../base/wait.ts'
import { freeze } from './freeze.ts'

const children: ChildProcess[] = []
const strays: number[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const pid of strays.splice(0)) if (identify(pid) !== undefined) process.kill(pid, 'SIGKILL')
})

/** A process whose child leads a process group of its own, as a session of PostgreSQL does. */
async function family(): Promise<{ parent: number; child: number }> {
  const program = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true })
    child.once('spawn', () => process.stdout.write(String(child.pid)))
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['-e', program], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(parent)
  const [text] = (await once(parent.stdout, 'data')) as [Buffer]
  strays.push(Number(text))
  return { parent: parent.pid as number, child: Number(text) }
}

const halted = (pid: number, wanted: boolean) =>
  waitUntil(async () => (isHalted(pid) === wanted ? done(undefined) : notYet(`halted: ${isHalted(pid)}`)), {
    what: `pid ${pid} to ${wanted ? 'stand still' : 'run'}`,
    timeoutMs: 20_000,
    intervalMs: 5,
  })

describe.runIf(process.platform === 'linux')('freeze', () => {
  it('stops a process and what descends from it in another group, and lets both run again', async () => {
    const { parent, child } = await family()
    const frozen = freeze(parent)
    await Promise.all([halted(parent, true), halted(child, true)])
    frozen.thaw()
    await Promise.all([halted(parent, false), halted(child, false)])
    expect(identify(child)).toBeDefined()
  })
})
