import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identify } from '../base/process.ts'
import { StateFolder } from '../runtimes/native/state-folder.ts'
import { claimControl, connectControl, findControl } from './control-file.ts'

let folder: StateFolder
beforeEach(async () => {
  folder = new StateFolder(await mkdtemp(join(tmpdir(), 'fd-control-')))
})
afterEach(() => rm(folder.path, { recursive: true }))

describe('claimControl', () => {
  it('makes this process the control process until it lets go', async () => {
    const claim = await claimControl(folder)
    await claim.publish('http://127.0.0.1:1')
    expect(await findControl(folder)).toMatchObject({ control: { pid: process.pid }, url: 'http://127.0.0.1:1' })
    await claim.release()
    expect(await findControl(folder)).toBeUndefined()
  })

  it('refuses a second one, says where the first is, and leaves nothing behind', async () => {
    const claim = await claimControl(folder)
    await claim.publish('http://127.0.0.1:1')
    await expect(claimControl(folder)).rejects.toMatchObject({
      code: 'FD_STACK_UP',
      message: 'a stack is up already at http://127.0.0.1:1',
    })
    expect(await readdir(folder.path)).toEqual(['control.json'])
    await claim.release()
  })

  it.each([
    ['no file', undefined],
    ['the file of a process that has ended', '{"control":{"pid":4194000,"startedAt":"x:1"}}'],
  ])('lets only one of several win that claim at the same moment, with %s', async (_, content) => {
    if (content !== undefined) await writeFile(folder.control, content)
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => claimControl(folder)))
    const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(won).toHaveLength(1)
    await won[0]?.release()
  })

  it.each([
    [
      'a process that has ended',
      JSON.stringify({ control: { pid: 4_194_000, startedAt: 'x:1' }, url: 'http://127.0.0.1:1' }),
    ],
    [
      'another process with the same number',
      JSON.stringify({ control: { pid: process.pid, startedAt: 'x:1' }, url: 'http://127.0.0.1:1' }),
    ],
    ['a torn file', '{"control":{"pi'],
  ])('takes over from %s', async (_, content) => {
    await writeFile(folder.control, content)
    expect(await findControl(folder)).toBeUndefined()
    await (await claimControl(folder)).release()
  })
})

describe('connectControl', () => {
  it('says that no stack is up, or that it has only begun to start', async () => {
    await expect(connectControl(folder)).rejects.toMatchObject({ code: 'FD_STACK_NOT_UP' })
    await writeFile(folder.control, JSON.stringify({ control: identify(process.pid) }))
    await expect(connectControl(folder)).rejects.toThrow('only just begun')
  })
})
