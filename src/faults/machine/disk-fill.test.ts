import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestService } from '../inside/test-service.ts'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { diskFill, fill } from './disk-fill.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

describe('disk-fill', () => {
  it('takes real blocks of the disk that nobody can leave behind', async () => {
    const fault = await diskFill.start(service, readParams(diskFill, { size: '32MiB' }) as never, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringMatching(/^3\d\.\d MiB of the disk/) })
    // The file has no name any more: its space is free again when the process ends in any way.
    expect(await readdir(service.folder)).toEqual([])
    expect(await fault.undo()).toMatchObject({ changed: true })
  })

  it('is given up while it only begins, when it is to be undone', async () => {
    const ending = new AbortController()
    ending.abort(new Error('it was lifted before it had begun'))
    const undone = { ...injection, id: '0a-2', signal: ending.signal }
    const fault = await diskFill.start(service, readParams(diskFill, { size: '32MiB' }) as never, undone)
    expect(fault.landing).toMatchObject({ landed: false, proof: 'it was lifted before it had begun' })
    expect(await fault.undo()).toMatchObject({ changed: true })
  })

  it('leaves of the disk what must be spared when three fill it at once', async () => {
    const files = await Promise.all(['a', 'b', 'c'].map((name) => open(join(service.folder, name), 'w')))
    const total = GIB + 100 * MIB
    let least = total
    // A disk of that size with nothing on it but these files.
    const free = async () => {
      const sizes = await Promise.all(files.map(async (file) => (await file.stat()).size))
      least = total - sizes.reduce((sum, size) => sum + size)
      return least
    }
    const { signal } = new AbortController()
    const written = await Promise.all(files.map((file) => fill(file, { bytes: 32 * MIB, free, signal })))
    await free()
    expect(written.reduce((sum, one) => sum + one)).toBeLessThan(96 * MIB)
    expect(least).toBeGreaterThanOrEqual(GIB)
    for (const file of files) await file.close()
  })

  it('refuses, with nothing taken, when others have filled the disk meanwhile', async () => {
    const file = await open(join(service.folder, 'd'), 'w')
    expect(await fill(file, { bytes: 8 * MIB, free: async () => GIB, signal: new AbortController().signal })).toBe(0)
    expect((await file.stat()).size).toBe(0)
    await file.close()
  })
})
