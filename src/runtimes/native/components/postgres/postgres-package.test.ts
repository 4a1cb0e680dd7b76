import { lstat, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { linkLibraries } from './postgres-package.ts'

describe('linkLibraries', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-links-'))
    await mkdir(join(folder, 'native/lib'), { recursive: true })
    await writeFile(join(folder, 'native/lib/libpq.so.5.18'), 'library')
    const links = ['libpq.so', 'libpq.so.5'].map((name) => ({
      source: 'native/lib/libpq.so.5.18',
      target: `native/lib/${name}`,
    }))
    await writeFile(join(folder, 'native/pg-symlinks.json'), JSON.stringify(links))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('makes relative links, so that the folder can be moved', async () => {
    await linkLibraries(folder)
    expect(await readlink(join(folder, 'native/lib/libpq.so'))).toBe('libpq.so.5.18')
    expect(await readFile(join(folder, 'native/lib/libpq.so.5'), 'utf8')).toBe('library')
  })

  it('keeps links that are there, and completes the rest', async () => {
    await symlink('./libpq.so.5.18', join(folder, 'native/lib/libpq.so'))
    await Promise.all([linkLibraries(folder), linkLibraries(folder)])
    expect(await readlink(join(folder, 'native/lib/libpq.so'))).toBe('./libpq.so.5.18')
    expect((await lstat(join(folder, 'native/lib/libpq.so.5'))).isSymbolicLink()).toBe(true)
  })
})
