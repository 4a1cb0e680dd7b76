import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identify } from '../../base/system/process.ts'
import { waitUntil } from '../../base/wait.ts'
import { begunOrRefused } from './begun-or-refused.ts'
import type { ChildCommand } from './child-command.ts'
import { ChildCommands } from './child-commands.ts'

/** Does what its first argument says, as a command of Firedrill would. */
const SCRIPT = `
const [, , act] = process.argv
const stay = () => setInterval(() => undefined, 1_000)
const acts = {
  print() {
    for (let line = 1; line <= 300; line += 1) console.log('line ' + line)
    console.error('a secret line: ' + process.argv.slice(3).join(' '))
  },
  orderly() {
    process.on('SIGINT', () => { console.log('put back'); process.exit(5) })
    console.log('ready')
    stay()
  },
  stubborn() {
    process.on('SIGINT', () => console.log('no'))
    console.log('ready')
    stay()
  },
  refuse() {
    process.send({ failed: { code: 'FD_HALTED', message: 'halted: a real outage' } }, () => process.exit(5))
  },
  fail() {
    console.error('something broke')
    process.exit(1)
  },
}
acts[act]()
`

let folder: string
let commands: ChildCommands
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-commands-'))
  const script = join(folder, 'script.mjs')
  await writeFile(script, SCRIPT)
  commands = new ChildCommands({ program: [process.execPath, script], statePath: '/a state', graceMs: 3_000 })
})
afterEach(async () => {
  await commands.close()
  await rm(folder, { recursive: true })
})

const untilReady = (command: ChildCommand) => waitUntilPrinted(command, 'ready')
async function waitUntilPrinted(command: ChildCommand, text: string): Promise<void> {
  const look = async () =>
    command.lines().includes(text) ? { done: true as const, value: undefined } : { done: false as const, state: 'no' }
  await waitUntil(look, { what: `"${text}" of the command`, timeoutMs: 10_000, intervalMs: 10 })
}

describe('ChildCommands', () => {
  it('keeps the last lines of what a command prints, and no more', async () => {
    const command = commands.start(['print', 'two words', '$(ls)'])
    expect(await command.ended).toMatchObject({ code: 0, failure: undefined })
    const lines = command.lines()
    expect(lines).toHaveLength(200)
    expect(lines.at(-1) === 'line 300' || lines.at(-2) === 'line 300').toBe(true)
    // Arguments are passed as they are: no shell has read them.
    expect(lines).toContain('a secret line: two words $(ls) --state /a state')
  })

  it('lets a command that is interrupted put things back', async () => {
    const command = commands.start(['orderly'])
    await untilReady(command)
    command.interrupt()
    command.interrupt()
    expect(await command.ended).toMatchObject({ code: 5 })
    expect(command.lines()).toEqual(['ready', 'put back'])
  })

  it('ends all of them when it is closed, also one that does not listen', async () => {
    const both = ['orderly', 'stubborn'].map((act) => commands.start([act]))
    await Promise.all(both.map(untilReady))
    await commands.close()
    expect(both.map(({ end }) => end)).toMatchObject([{ code: 5 }, { signal: 'SIGKILL' }])
    for (const { pid } of both) expect(identify(pid ?? 0)).toBeUndefined()
  })

  it('starts only a few at a time, and none once it is closed', async () => {
    const started = [1, 2, 3, 4].map(() => commands.start(['orderly']))
    expect(() => commands.start(['orderly'])).toThrow(expect.objectContaining({ code: 'FD_COMMANDS_TOO_MANY' }))
    await Promise.all(started.map(untilReady))
    started[0]?.interrupt()
    await started[0]?.ended
    commands.start(['print'])
    await commands.close()
    expect(() => commands.start(['print'])).toThrow(expect.objectContaining({ code: 'FD_COMMANDS_TOO_MANY' }))
  })

  it('survives a program that is not there', async () => {
    const none = new ChildCommands({ program: ['/no/such/program'], statePath: '/' })
    const command = none.start([])
    expect((await command.ended).code).not.toBe(0)
    await none.close()
  })
})

describe('begunOrRefused', () => {
  it('passes on the reason for which a command ended before it began', async () => {
    const refused = begunOrRefused(commands.start(['refuse']), new Promise(() => undefined))
    await expect(refused).rejects.toMatchObject({ status: 423, problem: { code: 'FD_HALTED' } })
  })

  it('shows what was printed last where there is no reason', async () => {
    const refused = begunOrRefused(commands.start(['fail']), new Promise(() => undefined))
    await expect(refused).rejects.toMatchObject({
      status: 500,
      problem: { code: 'FD_COMMAND_ENDED', details: { given: 'something broke' } },
    })
  })

  it('resolves when the work has begun, and when nothing is known after the bound', async () => {
    const command = commands.start(['orderly'])
    await begunOrRefused(command, untilReady(command))
    await begunOrRefused(command, new Promise(() => undefined), 50)
    expect(command.end).toBeUndefined()
  })
})
