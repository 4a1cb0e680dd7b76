import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { identify } from '../../../base/system/process.ts'
import { establish } from '../establish.ts'
import { Lever } from './lever.ts'
import { StateFolder } from './state-folder.ts'
import { announce, underWay } from './under-way.ts'

let folder: StateFolder
let lever: Lever
beforeEach(async () => {
  folder = new StateFolder(join(await mkdtemp(join(tmpdir(), 'fd-lever-')), 'state'))
  await establish(folder)
  lever = new Lever(folder.path)
})
afterEach(() => rm(join(folder.path, '..'), { recursive: true, force: true }))

describe('Lever', () => {
  it('is pulled until it is released, and refuses meanwhile, with the reason', async () => {
    lever.refuse()
    const { sinceMs } = await lever.pull('a real incident')
    expect(lever.read()).toEqual({ sinceMs, why: 'a real incident' })
    expect(() => lever.refuse()).toThrow(
      expect.objectContaining({ code: 'FD_HALTED', message: 'halted: a real incident' }),
    )
    expect((await stat(lever.path)).mode & 0o777).toBe(0o600)
    expect(await lever.release()).toEqual({ sinceMs, why: 'a real incident' })
    expect(await lever.release()).toBeUndefined()
    lever.refuse()
  })

  it('stays pulled since when it was, with the newest reason there is', async () => {
    const { sinceMs } = await lever.pull('first')
    expect(await lever.pull('')).toEqual({ sinceMs, why: 'first' })
    expect(await lever.pull('second')).toEqual({ sinceMs, why: 'second' })
    expect(lever.read()).toEqual({ sinceMs, why: 'second' })
  })

  it.each([
    ['nothing', ''],
    ['a torn file', '{"sinceMs":1,"wh'],
    ['something else', '[]'],
    ['null', 'null'],
  ])('is pulled by a file with %s in it', async (_, content) => {
    await writeFile(lever.path, content)
    expect(lever.read()).toMatchObject({ why: '' })
    expect(() => lever.refuse()).toThrow('halted')
  })

  it('is pulled by anything of its name, even a folder', async () => {
    await mkdir(lever.path)
    expect(() => lever.refuse()).toThrow('halted')
  })

  it.each([
    ['a date that no calendar has', '{"sinceMs":1e300,"why":"x"}'],
    ['a reason of several lines', '{"sinceMs":0,"why":"x\\nVERDICT held"}'],
    ['half a text', '{"sinceMs":'],
  ])('is pulled by a file with %s, and says so in one line', async (_, content) => {
    await writeFile(lever.path, content)
    expect(() => lever.refuse()).toThrow(
      expect.objectContaining({ code: 'FD_HALTED', message: expect.stringMatching(/^halted[^\n]*$/) }),
    )
  })

  it('is pulled by a pipe, and waits for nobody to write into it', async () => {
    spawnSync('mkfifo', [lever.path])
    expect(lever.read()).toMatchObject({ why: '' })
    await lever.release()
    expect(lever.read()).toBeUndefined()
  })

  it('is not pulled where there is no state folder', () => {
    expect(new Lever('/nowhere').read()).toBeUndefined()
  })

  it('is pulled by a second name of a file that is there, when the disk takes no content', async () => {
    const full = new Lever(folder.path, () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })))
    await full.pull('a reason that nobody can keep')
    expect(lever.read()).toMatchObject({ why: '' })
    expect((await stat(lever.path)).ino).toBe((await stat(folder.id)).ino)
    await lever.release()
    expect(folder.knownId()).toBeDefined()
  })

  it('says that nothing lasts when not even a name can be written', async () => {
    const full = new Lever(folder.path, () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })))
    await rm(folder.id)
    await expect(full.pull('')).rejects.toMatchObject({
      code: 'FD_HALT_NOT_DURABLE',
      message: expect.stringContaining('ENOSPC') as string,
    })
    expect(lever.read()).toBeUndefined()
  })

  it('calls its watchers when it is pulled and when it is released', async () => {
    const seen: (string | undefined)[] = []
    const stop = lever.watch((halted) => seen.push(halted?.why))
    await lever.pull('now')
    await vi.waitFor(() => expect(seen).toEqual(['now']), { timeout: 20_000 })
    await lever.release()
    await vi.waitFor(() => expect(seen).toEqual(['now', undefined]), { timeout: 20_000 })
    stop()
  })

  it('calls a new watcher at once when it is pulled already', async () => {
    await lever.pull('before')
    const seen = vi.fn()
    lever.watch(seen)()
    expect(seen).toHaveBeenCalledWith(expect.objectContaining({ why: 'before' }))
  })
})

describe('what is under way', () => {
  it('is known while its process lives, and no longer than it says', async () => {
    const strikeOut = announce(folder, { kind: 'run', name: 'store-crash' })
    expect(underWay(folder)).toMatchObject([{ kind: 'run', name: 'store-crash', process: { pid: process.pid } }])
    strikeOut()
    expect(underWay(folder)).toEqual([])
  })

  it('does not count what was killed, and forgets it when the next one begins', async () => {
    const child = spawn('sleep', ['60'])
    await once(child, 'spawn')
    const path = join(folder.underWay, `${child.pid}.json`)
    await writeFile(path, JSON.stringify({ kind: 'load', name: 'browse', process: identify(child.pid ?? 0) }), {
      mode: 0o600,
    })
    expect(underWay(folder)).toMatchObject([{ kind: 'load', name: 'browse' }])
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    expect(underWay(folder)).toEqual([])
    announce(folder, { kind: 'run', name: 'x' })()
    await expect(stat(path)).rejects.toThrow('ENOENT')
  })

  it.each(['', '{"kind":"run"', '{"kind":"run","name":"x","process":{"pid":1,"startedAt":""}}', '[]'])(
    'believes no file that holds %s',
    async (content) => {
      await writeFile(join(folder.underWay, '1.json'), content, { mode: 0o600 })
      expect(underWay(folder)).toEqual([])
    },
  )
})
