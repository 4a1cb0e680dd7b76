import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Troubles } from '../../base/system/troubles.ts'
import { CapacityWatch, descriptorProblem, diskProblem } from './capacity-watch.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3
const space = (free: number, total: number, freeFiles?: number) => ({ free, total, freeFiles })

describe('a disk', () => {
  it.each([
    ['of 60 MiB with 3.1 MiB free', space(3.1 * MIB, 60 * MIB), undefined],
    ['of 60 MiB with 2.9 MiB free', space(2.9 * MIB, 60 * MIB), 'is nearly full: 2.90 MiB free of 60.0 MiB'],
    ['of 60 MiB with none', space(0, 60 * MIB), 'is full: 0 B free of 60.0 MiB'],
    ['of 500 GiB with 257 MiB free', space(257 * MIB, 500 * GIB), undefined],
    ['of 500 GiB with 255 MiB free', space(255 * MIB, 500 * GIB), 'is nearly full: 255 MiB free of 500 GiB'],
    ['with no limit of files', space(GIB, 60 * GIB, undefined), undefined],
    ['that takes no more files', space(GIB, 60 * GIB, 3), 'has room for 3 more files: 1.00 GiB free of 60.0 GiB'],
  ])('%s: %s', (_, seen, problem) => {
    expect(diskProblem(seen, false)).toBe(problem)
  })

  it('is full a little longer than it has become so', () => {
    expect(diskProblem(space(3.1 * MIB, 60 * MIB), true)).toMatch(/^is nearly full/)
    expect(diskProblem(space(3.7 * MIB, 60 * MIB), true)).toBeUndefined()
  })
})

describe('descriptors', () => {
  it('are nearly used up from nine in ten, until a quarter of them is free again', () => {
    expect(descriptorProblem(229, 256, false)).toBeUndefined()
    expect(descriptorProblem(231, 256, false)).toMatch(/^control has 231 of 256 files and connections open/)
    expect(descriptorProblem(200, 256, true)).toBeDefined()
    expect(descriptorProblem(190, 256, true)).toBeUndefined()
  })
})

describe('CapacityWatch', () => {
  it('finds nothing wrong where nothing is, and ends what was', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fd-room-'))
    const troubles = new Troubles()
    troubles.begin('disk', folder, 'the disk was full')
    troubles.begin('descriptors', '', 'none was left')
    await new CapacityWatch([folder, join(folder, 'not-there')], troubles).look()
    expect(troubles.list()).toEqual([])
    await rm(folder, { recursive: true })
  })

  it.runIf(process.platform === 'linux')('names a disk once, however many folders are on it', async () => {
    // What the kernel shows there takes no room and has none.
    const troubles = new Troubles()
    await new CapacityWatch(['/proc', '/proc/self'], troubles).look()
    expect(troubles.list()).toMatchObject([{ kind: 'disk', text: 'the disk of /proc is full: 0 B free of 0 B' }])
  })
})
