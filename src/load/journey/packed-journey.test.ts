import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type JourneyFiles, packJourney, unpackJourney } from './packed-journey.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

async function written(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-pack-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

async function packed(files: Record<string, string>, entry: string): Promise<JourneyFiles> {
  const journey = await packJourney(join(await written(files), entry))
  if ('name' in journey) throw new Error('this journey does not ship')
  return journey
}

const FILES = {
  'load/shop.ts': `import { defineJourney, weight } from 'firedrill/load'
import { names } from '../data/names.mjs'
import type { A } from "./types.ts"
export * from './more.ts'
// An import './only-in-a-comment.ts' of what is not there, and one of a package: import 'express'
export default defineJourney({ summary: names[0], tasks: [weight(1, () => import('./late.mjs'))] })
`,
  'load/types.ts': 'export interface A {}\n',
  'load/more.ts': 'export const more = 1\n',
  'load/late.mjs': "import '../data/names.mjs'\n",
  'data/names.mjs': "export const names = ['a']\n",
  'load/other.ts': 'export default 1\n',
}

describe('a packed journey', () => {
  it('of a journey that ships is its name', async () => {
    expect(await packJourney('browse')).toEqual({ name: 'browse' })
  })

  it('has the files that it imports, by every way, and no others', async () => {
    const { entry, files } = await packed(FILES, 'load/shop.ts')
    expect(entry).toBe('load/shop.ts')
    expect(files.map(({ path }) => path).sort()).toEqual([
      'data/names.mjs',
      'load/late.mjs',
      'load/more.ts',
      'load/shop.ts',
      'load/types.ts',
    ])
  })

  it('is unpacked into a folder of its own, as it was, and leaves nothing', async () => {
    const journey = await packed(FILES, 'load/shop.ts')
    const { nameOrPath, folder, remove } = await unpackJourney(journey)
    expect(await readFile(nameOrPath, 'utf8')).toBe(FILES['load/shop.ts'])
    expect(await readFile(join(folder, 'data/names.mjs'), 'utf8')).toBe(FILES['data/names.mjs'])
    expect((await stat(folder)).mode & 0o077).toBe(0)
    await remove()
    expect(existsSync(folder)).toBe(false)
  })

  it('says what a .js file is, where its package.json does', async () => {
    const { files } = await packed({ 'package.json': '{ "type": "module" }', 'a.js': 'export default 1' }, 'a.js')
    expect(files).toContainEqual({ path: 'package.json', text: '{"type":"module"}' })
  })

  it('is refused when it did not arrive as it was sent', async () => {
    const journey = await packed({ 'a.mjs': 'export default 1' }, 'a.mjs')
    const changed = { ...journey, files: [{ path: 'a.mjs', text: 'export default 2' }] }
    await expect(unpackJourney(changed)).rejects.toMatchObject({
      code: 'FD_LOAD_JOURNEY',
      message: 'the journey did not arrive as it was sent',
    })
  })

  it.each(['../a.mjs', '/tmp/a.mjs', 'x/../../a.mjs', './a.mjs', 'x//a.mjs', '', 'a\0.mjs', '..\\a.mjs'])(
    'is refused with a file at %j',
    async (path) => {
      const files = [{ path, text: '' }]
      await expect(unpackJourney({ entry: path, files, sha256: '' })).rejects.toMatchObject({
        code: 'FD_LOAD_JOURNEY',
        message: 'the files of the journey have paths that cannot be',
      })
    },
  )

  it('is refused when it is too large, before it is sent', async () => {
    const half = `export default '${'x'.repeat(600_000)}'`
    const files = { 'a.mjs': `import './b.mjs'\n${half}`, 'b.mjs': half }
    await expect(packed(files, 'a.mjs')).rejects.toMatchObject({
      code: 'FD_LOAD_JOURNEY',
      details: { given: '2 files, 1.14 MiB' },
    })
  })
})
