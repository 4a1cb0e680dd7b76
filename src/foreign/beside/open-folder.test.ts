import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFolder } from './open-folder.ts'

let root: string
let outside: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fd-root-'))
  outside = await mkdtemp(join(tmpdir(), 'fd-outside-'))
  await mkdir(join(root, 'var/data'), { recursive: true })
})
afterEach(async () => {
  await rm(root, { recursive: true })
  await rm(outside, { recursive: true })
})

const open = (path: string) => openFolder(path, { root, replica: 'shop-1' })

describe.runIf(process.platform === 'linux')('a folder of a container', () => {
  it.each(['/var/data', '/var//./data/'])('is found in its own root: %s', async (path) => {
    const folder = await open(path)
    await writeFile(join(folder.path, 'a'), 'a')
    await folder.close()
    expect(await readdir(join(root, 'var/data'))).toEqual(['a'])
    expect(folder.name).toBe(`${path} of shop-1`)
  })

  it('stays the same when the container puts a link in its place', async () => {
    const folder = await open('/var/data')
    await rename(join(root, 'var/data'), join(root, 'var/kept'))
    await symlink(outside, join(root, 'var/data'))
    await writeFile(join(folder.path, 'a'), 'a')
    await folder.close()
    expect(await readdir(join(root, 'var/kept'))).toEqual(['a'])
    expect(await readdir(outside)).toEqual([])
  })

  it.each([
    ['/../etc', '".." can lead out of the container'],
    ['/var/data/../../..', '".." can lead out of the container'],
    ['/link', '/link: it is a symbolic link'],
    ['/link/data', '/link: it is a symbolic link'],
    ['/var/file', '/var/file: it is a file'],
    ['/var/none/data', '/var/none: there is none'],
  ])('is refused: %s', async (path, given) => {
    await mkdir(join(outside, 'data'))
    await symlink(outside, join(root, 'link'))
    await writeFile(join(root, 'var/file'), '')
    await expect(open(path)).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED', details: { given } })
  })
})
