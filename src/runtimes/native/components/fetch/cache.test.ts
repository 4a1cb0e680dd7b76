import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nodeExporter } from '../all/node-exporter.ts'
import { componentsFolder, createTemporaryFolder, findInCache, type Manifest, publish } from './cache.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const PROGRAM = 'root/usr/bin/prometheus-node-exporter'

describe('the cache of components', () => {
  let env: { FIREDRILL_CACHE: string }
  let parent: string
  beforeEach(async () => {
    env = { FIREDRILL_CACHE: await mkdtemp(join(tmpdir(), 'firedrill-cache-')) }
    parent = componentsFolder(env)
  })
  afterEach(() => rm(env.FIREDRILL_CACHE, { recursive: true }))

  async function build(version = '1.5.0', content = 'program') {
    const folder = await createTemporaryFolder(parent)
    await mkdir(join(folder, 'root/usr/bin'), { recursive: true })
    await writeFile(join(folder, PROGRAM), content, { mode: 0o755 })
    const manifest: Manifest = {
      component: 'node-exporter',
      version,
      fetchedAt: '2026-01-02T03:04:05.678Z',
      packages: [],
      programs: { 'node-exporter': { path: PROGRAM, bytes: content.length, sha256: sha256(content) } },
    }
    return { folder, manifest }
  }
  const publishBuild = async (version?: string, content?: string) => {
    const { folder, manifest } = await build(version, content)
    return await publish(folder, manifest, { definition: nodeExporter, parent })
  }
  const find = () => findInCache('node-exporter', nodeExporter, env)

  it('finds what was published', async () => {
    const published = await publishBuild()
    expect(published.programs['node-exporter']).toBe(join(parent, `node-exporter-1.5.0-${process.arch}`, PROGRAM))
    expect((await find()).found).toEqual(published)
  })

  it('prefers the newest version and passes over one that is too old', async () => {
    await publishBuild('1.2.0')
    await publishBuild('1.9.0')
    await publishBuild('1.10.0')
    const { found, tried } = await find()
    expect(found?.version).toBe('1.10.0')
    expect(tried).toMatchObject([{ reason: 'is version 1.2.0; at least 1.5 is needed' }])
  })

  it('lets concurrent publishers all end with the same whole folder', async () => {
    const found = await Promise.all([1, 2, 3, 4].map(() => publishBuild()))
    expect(new Set(found.map((one) => one.programs['node-exporter']))).toHaveLength(1)
    expect(await readdir(parent)).toEqual([`node-exporter-1.5.0-${process.arch}`])
  })

  const folder = () => join(parent, `node-exporter-1.5.0-${process.arch}`)
  it.each([
    ['a missing program', () => rm(join(folder(), PROGRAM)), 'incomplete: node-exporter is missing'],
    ['a cut program', () => writeFile(join(folder(), PROGRAM), 'prog'), 'damaged: node-exporter has another size'],
    [
      'a changed program',
      () => writeFile(join(folder(), PROGRAM), 'prog'.padEnd(7, '!')),
      'damaged: node-exporter has other content',
    ],
    ['no manifest', () => rm(join(folder(), 'manifest.json')), 'incomplete: it has no readable manifest'],
    [
      'a torn manifest',
      () => writeFile(join(folder(), 'manifest.json'), '{"comp'),
      'incomplete: it has no readable manifest',
    ],
  ])('recognises a folder with %s and replaces it', async (_, damage, reason) => {
    await publishBuild()
    await damage()
    const { found, tried } = await find()
    expect(found).toBeUndefined()
    expect(tried).toEqual([{ place: folder(), reason }])
    await publishBuild()
    expect((await find()).found?.version).toBe('1.5.0')
  })

  it.each([
    ['the cache', () => env.FIREDRILL_CACHE],
    ['the folder of components', () => parent],
  ])('starts nothing from, and puts nothing into, a place where others may write to %s', async (_, path) => {
    await publishBuild()
    await chmod(path(), 0o777)
    const { found, tried } = await find()
    expect(found).toBeUndefined()
    expect(tried).toMatchObject([
      { place: `cache ${path()}`, reason: expect.stringContaining('other users may write') },
    ])
    await expect(createTemporaryFolder(parent)).rejects.toMatchObject({
      code: 'FD_COMPONENT_FETCH',
      message: expect.stringContaining('not trusted') as string,
    })
  })

  it('starts no component from a folder that others may write to, nor a program from elsewhere', async () => {
    await publishBuild()
    await chmod(folder(), 0o777)
    expect((await find()).tried).toMatchObject([{ reason: expect.stringContaining('other users may write to it') }])
    await chmod(folder(), 0o755)
    const manifest = JSON.parse(await readFile(join(folder(), 'manifest.json'), 'utf8')) as Manifest
    manifest.programs = { 'node-exporter': { path: '../../elsewhere', bytes: 7, sha256: '' } }
    await writeFile(join(parent, '../elsewhere'), 'program', { mode: 0o755 })
    await writeFile(join(folder(), 'manifest.json'), JSON.stringify(manifest))
    expect((await find()).tried).toMatchObject([{ reason: 'damaged: node-exporter is elsewhere' }])
  })

  it('closes what it makes to others, whatever the umask', async () => {
    const umask = process.umask(0)
    await publishBuild().finally(() => process.umask(umask))
    expect((await stat(parent)).mode & 0o777).toBe(0o700)
  })

  it('sweeps away what crashed fetches left long ago, and nothing younger', async () => {
    const old = await createTemporaryFolder(parent)
    const young = await createTemporaryFolder(parent)
    const yesterday = Date.now() / 1_000 - 86_400
    await utimes(old, yesterday, yesterday)
    const fresh = await createTemporaryFolder(parent)
    expect((await readdir(parent)).map((name) => join(parent, name)).sort()).toEqual([young, fresh].sort())
  })
})

describe('componentsFolder', () => {
  it.each([
    [{ FIREDRILL_CACHE: '/c', XDG_CACHE_HOME: '/x', HOME: '/h' }, '/c/components'],
    [{ XDG_CACHE_HOME: '/x', HOME: '/h' }, '/x/firedrill/components'],
    [{ FIREDRILL_CACHE: '', XDG_CACHE_HOME: 'relative', HOME: '/h' }, '/h/.cache/firedrill/components'],
  ])('of %j is %s', (env, folder) => {
    expect(componentsFolder(env)).toBe(folder)
  })
})
