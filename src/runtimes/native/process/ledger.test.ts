import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { identify } from '../../../base/system/process.ts'
import { Troubles } from '../../../base/system/troubles.ts'
import { markOf } from '../state/mark.ts'
import { ProcessLedger } from './ledger.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-ledger-'))
  path = join(folder, 'processes.json')
})
afterEach(() => rm(folder, { recursive: true }))

const STACK = '0123456789ab'

async function sleeper(env: Record<string, string> = markOf(STACK)): Promise<number> {
  const child = spawn('sleep', ['60'], { detached: true, env: { PATH: process.env.PATH, ...env } })
  await once(child, 'spawn')
  return child.pid as number
}

describe('ProcessLedger', () => {
  it('ends what an earlier stack left running, and says what', async () => {
    const pid = await sleeper()
    new ProcessLedger(path).add('store-1', pid)
    expect(await new ProcessLedger(path).endLeftovers(STACK)).toEqual(['store-1'])
    expect(identify(pid)).toBeUndefined()
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual([])
  })

  it('does not touch a process that only has the same number', async () => {
    const pid = await sleeper()
    await writeFile(path, JSON.stringify([{ name: 'store-1', pid, startedAt: 'another-boot:1' }]))
    expect(await new ProcessLedger(path).endLeftovers(STACK)).toEqual([])
    expect(identify(pid)).toBeDefined()
    process.kill(pid, 'SIGKILL')
  })

  it.each([
    ['of no stack, that a planted file names with its pid and start time', {}],
    ['of another stack', markOf('ba9876543210')],
  ])('does not touch a process %s', async (_, env) => {
    const pid = await sleeper(env)
    await writeFile(path, JSON.stringify([{ name: 'store-1', ...identify(pid) }]))
    expect(await new ProcessLedger(path).endLeftovers(STACK)).toEqual([])
    expect(identify(pid)).toBeDefined()
    process.kill(pid, 'SIGKILL')
  })

  it('believes nothing in a file that others may write to', async () => {
    const pid = await sleeper()
    await writeFile(path, JSON.stringify([{ name: 'store-1', ...identify(pid) }]))
    await chmod(path, 0o666)
    expect(await new ProcessLedger(path).endLeftovers(STACK)).toEqual([])
    expect(identify(pid)).toBeDefined()
    process.kill(pid, 'SIGKILL')
  })

  it('forgets what has ended', async () => {
    const pid = await sleeper()
    const ledger = new ProcessLedger(path)
    ledger.add('store-1', pid)
    ledger.remove(pid)
    expect(await new ProcessLedger(path).endLeftovers(STACK)).toEqual([])
    process.kill(pid, 'SIGKILL')
  })

  it('never throws for what cannot be written: it is a trouble, and is on disk as soon as it can be', async () => {
    const pid = await sleeper()
    const troubles = new Troubles()
    const below = join(folder, 'state')
    await writeFile(below, 'a file where the folder is to be')
    const ledger = new ProcessLedger(join(below, 'processes.json'), troubles)
    ledger.add('store-1', pid)
    ledger.remove(1)
    expect(troubles.list()).toMatchObject([{ kind: 'files', text: expect.stringContaining('cannot be written: E') }])
    await rm(below)
    await vi.waitFor(() => expect(troubles.list()).toEqual([]), { timeout: 20_000 })
    expect(JSON.parse(await readFile(join(below, 'processes.json'), 'utf8'))).toMatchObject([{ name: 'store-1', pid }])
    ledger.close()
    process.kill(pid, 'SIGKILL')
  })

  it.each([
    ['no file', undefined],
    ['a torn file', '[{"name":'],
    ['another form', '{"a":1}'],
    ['pids that must never be signalled', '[{"name":"x","pid":1,"startedAt":""},{"name":"y","pid":-1,"startedAt":""}]'],
  ])('believes nothing in %s', async (_, content) => {
    if (content !== undefined) await writeFile(path, content)
    expect(await new ProcessLedger(path).endLeftovers(STACK)).toEqual([])
  })
})
