import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { establish } from '../../runtimes/native/establish.ts'
import { Lever } from '../../runtimes/native/state/lever.ts'
import { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { underWay } from '../../runtimes/native/state/under-way.ts'
import { untilHalted } from './until-halted.ts'

let folder: StateFolder
beforeEach(async () => {
  folder = new StateFolder(join(await mkdtemp(join(tmpdir(), 'fd-halt-')), 'state'))
  await establish(folder)
})
afterEach(() => rm(join(folder.path, '..'), { recursive: true, force: true }))

describe('untilHalted', () => {
  const context = () => ({ folder, signal: new AbortController().signal })
  const run = { kind: 'run', name: 'store-crash' } as const

  it('refuses to begin while everything is halted, and leaves nothing behind', async () => {
    await new Lever(folder.path).pull('not now')
    const work = () => Promise.reject(new Error('it has begun'))
    await expect(untilHalted(context(), run, work)).rejects.toMatchObject({ code: 'FD_HALTED' })
    expect(underWay(folder)).toEqual([])
  })

  it('is aborted with the reason as soon as everything is halted', async () => {
    const aborted = untilHalted(context(), run, async (signal) => {
      expect(underWay(folder)).toMatchObject([run])
      await new Lever(folder.path).pull('enough')
      await once(signal, 'abort')
      return (signal.reason as Error).message
    })
    expect(await aborted).toBe('halted: enough')
    expect(underWay(folder)).toEqual([])
  })
})
