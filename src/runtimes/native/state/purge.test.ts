import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takePlace } from '../components/postgres/stack-place.ts'
import { lockFile } from './lock.ts'
import { purge } from './purge.ts'
import { StateFolder } from './state-folder.ts'

const isRoot = process.getuid?.() === 0

let base: string
let folder: StateFolder
let id: string
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'fd-purge-'))
  folder = new StateFolder(join(base, 'state'))
  id = (await folder.prepare()).id
})
afterEach(() => rm(base, { recursive: true, force: true }))

describe('purge', () => {
  it('removes all that a stack has made, half-written files too, and then the folder', async () => {
    await writeFile(`${folder.control}.123-0123abcd.tmp`, '')
    await writeFile(`${folder.ledger}.tmp`, '')
    expect(await purge(folder)).toEqual({ removed: true, left: [] })
    expect(await readdir(base)).toEqual([])
  })

  it('leaves what no stack has made, and names it', async () => {
    await mkdir(join(folder.path, 'src'))
    await writeFile(join(folder.path, 'src', 'precious.txt'), 'precious')
    await writeFile(join(folder.path, 'data.tar'), '')
    const { removed, left } = await purge(folder)
    expect({ removed, left: left.sort() }).toEqual({ removed: false, left: ['data.tar', 'src'] })
    expect(await readFile(join(folder.path, 'src', 'precious.txt'), 'utf8')).toBe('precious')
    expect((await readdir(folder.path)).sort()).toEqual(['data.tar', 'src'])
  })

  it('follows no link, neither in the place of a folder nor inside one', async () => {
    await mkdir(join(base, 'precious'))
    await writeFile(join(base, 'precious', 'file'), 'precious')
    await rm(folder.journals, { recursive: true })
    await symlink(join(base, 'precious'), folder.journals)
    await symlink(join(base, 'precious'), join(folder.data, 'link'))
    expect(await purge(folder)).toEqual({ removed: true, left: [] })
    expect(await readFile(join(base, 'precious', 'file'), 'utf8')).toBe('precious')
  })

  it('removes nothing of a folder without the id of a stack', async () => {
    await rm(folder.id)
    const before = await readdir(folder.path)
    await expect(purge(folder)).rejects.toMatchObject({ code: 'FD_RUNTIME_UNSUPPORTED' })
    expect(await readdir(folder.path)).toEqual(before)
  })

  it('removes nothing while a stack is up or coming up', async () => {
    const lock = lockFile(folder.lock)
    await expect(purge(folder)).rejects.toThrow('its stack is up')
    if (lock !== 'taken') lock.release()
    expect((await purge(folder)).removed).toBe(true)
  })

  it('can be done again when it was cut short', async () => {
    for (const name of await readdir(folder.path))
      if (name !== 'id') await rm(join(folder.path, name), { recursive: true })
    expect((await purge(folder)).removed).toBe(true)
  })
})

// Only root keeps anything elsewhere.
if (isRoot) {
  describe("what PostgreSQL keeps below the open folder as root's stack", () => {
    const open = () => join(base, 'open')

    it('goes with the folder that it is kept for', async () => {
      await takePlace(open(), id, folder.path)
      await purge(folder, open())
      expect(await readdir(open())).toEqual([])
    })

    it("stays when the id in the folder is another stack's", async () => {
      const other = new StateFolder(join(base, 'other'))
      await takePlace(open(), (await other.prepare()).id, other.path)
      const otherId = await readFile(other.id, 'utf8')
      await writeFile(folder.id, otherId)
      expect((await purge(folder, open())).left).toEqual([join(open(), otherId)])
      expect(await readdir(open())).toEqual([otherId])
    })

    it('is not shared with a copy of the folder', async () => {
      await takePlace(open(), id, folder.path)
      await mkdir(join(base, 'copy'))
      await expect(takePlace(open(), id, join(base, 'copy'))).rejects.toMatchObject({
        code: 'FD_POSTGRES_PREPARE',
        message: expect.stringContaining('another state folder with the same id') as string,
      })
      expect(await takePlace(open(), id, folder.path)).toBe(join(open(), id))
    })
  })
}
