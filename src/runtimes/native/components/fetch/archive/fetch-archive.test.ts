import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../../../../base/wait.ts'
import { grafanaArchive } from '../../all/grafana.ts'
import type { ComponentDefinition } from '../../component.ts'
import type { ResolveEvent } from '../../resolve-event.ts'
import { componentsFolder, findInCache } from '../cache.ts'
import { sizeOf } from './download-file.ts'
import { fetchArchive } from './fetch-archive.ts'
import { ArchiveServer, grafanaFrom, packGrafana } from './test-archive.ts'

let whole: Buffer
let folder: string
let env: Record<string, string>
let server: ArchiveServer
let definition: ComponentDefinition
let events: ResolveEvent[]

beforeAll(async () => {
  whole = await packGrafana('#!/bin/sh\necho "grafana version 13.1.1"\n')
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-fetch-archive-'))
  env = { PATH: '/usr/bin:/bin', HOME: folder, FIREDRILL_CACHE: join(folder, 'cache') }
  server = new ArchiveServer(whole)
  server.kept = () => sizeOf(part())
  definition = grafanaFrom(await server.listen(), whole)
  events = []
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const fetchIt = (signal?: AbortSignal, onEvent = (event: ResolveEvent) => void events.push(event)) =>
  fetchArchive('grafana', definition, { context: { env, signal }, onEvent })
const home = () => join(componentsFolder(env), `grafana-13.1.1-${process.arch}`)
const fetched = () => ({
  name: 'grafana',
  version: '13.1.1',
  source: 'cache',
  subcommand: 'server',
  programs: { grafana: join(home(), 'bin/grafana') },
  env: {},
  args: [`--homepath=${home()}`],
})
const part = () =>
  join(componentsFolder(env), `.part-${basename(Object.values(definition.archive?.files ?? {})[0]?.path ?? '')}`)
const left = async () => (await readdir(componentsFolder(env))).sort()

describe('an archive', () => {
  it('is fetched, checked, unpacked without its outer folder, and found in the cache from then on', async () => {
    expect(await fetchIt()).toEqual(fetched())
    expect(await left()).toEqual([basename(home())])
    expect((await readdir(home())).sort()).toEqual(['bin', 'conf', 'manifest.json', 'public'])
    await server.close()
    expect((await findInCache('grafana', definition, env)).found).toEqual(fetched())
    expect(await fetchIt()).toEqual(fetched())
    expect(events.map(({ step }) => step).filter((step) => step !== 'downloading')).toEqual(['unpacking', 'ready'])
    expect(events[0]?.detail).toMatch(/^13\.1\.1, \d.* MB from 127\.0\.0\.1:\d+$/)
    expect(events.some(({ detail }) => /^13\.1\.1, \d+ % of .* MB\/s$/.test(detail))).toBe(true)
  })

  it('is fetched again when files of it are gone', async () => {
    await fetchIt()
    await rm(join(home(), 'conf'), { recursive: true })
    const { found, tried } = await findInCache('grafana', definition, env)
    expect(found).toBeUndefined()
    expect(tried).toMatchObject([{ place: home(), reason: expect.stringContaining('damaged: its files are nowhere') }])
    expect(await fetchIt()).toEqual(fetched())
  })

  it('is continued where a cut connection has left it', async () => {
    server.answer = (number, response) => {
      if (number < 2) server.send(response, number === 0 ? 0 : 1_000_000, 1_000_000)
      return number < 2
    }
    expect(await fetchIt()).toEqual(fetched())
    expect(server.asked).toEqual(['whole', 'bytes=1000000-', 'bytes=2000000-'])
    expect(server.sent).toBe(whole.length)
  })

  it('is continued by the next start after this one was aborted', async () => {
    const abort = new AbortController()
    server.answer = (number, response) => {
      if (number === 0) {
        response.writeHead(200, { 'content-length': whole.length }).write(whole.subarray(0, 1_500_000))
        const arrived = async () => ((await sizeOf(part())) > 100_000 ? done(undefined) : notYet('too little'))
        const wait = waitUntil(arrived, { what: 'a part of it', timeoutMs: 20_000, intervalMs: 5 })
        void wait.catch(() => undefined).then(() => abort.abort(new Error('the user left')))
      }
      return number === 0
    }
    await expect(fetchIt(abort.signal)).rejects.toThrow('the user left')
    const kept = await sizeOf(part())
    expect(kept).toBeGreaterThan(100_000)
    expect(await left()).toEqual([basename(part())])
    expect(await fetchIt()).toEqual(fetched())
    expect(server.asked).toEqual(['whole', `bytes=${kept}-`])
    expect(events.some(({ detail }) => detail.includes(' more of '))).toBe(true)
  })

  it('is fetched whole from a server that continues nothing', async () => {
    server.ranges = false
    server.answer = (number, response) => {
      if (number === 0) server.send(response, 0, 1_000_000)
      return number === 0
    }
    expect(await fetchIt()).toEqual(fetched())
    expect(server.asked).toEqual(['whole', 'bytes=1000000-'])
  })

  it.each([
    ['other bytes', () => writeFile(part(), Buffer.alloc(1_000_000))],
    [
      'all bytes, of which some are others',
      async () => {
        await writeFile(part(), whole)
        await writeFile(part(), Buffer.alloc(100), { flag: 'r+' })
      },
    ],
    [
      'more than the archive has',
      async () => {
        await writeFile(part(), whole)
        await truncate(part(), whole.length + 1)
      },
    ],
  ])('is fetched afresh when an earlier download has left %s', async (_, leave) => {
    await mkdir(componentsFolder(env), { recursive: true, mode: 0o700 })
    await leave()
    expect(await fetchIt()).toEqual(fetched())
  })

  it('that was altered is not unpacked, and nothing of it is kept', async () => {
    server.file = Buffer.from(whole)
    server.file.writeUInt8(whole.readUInt8(2_000_000) ^ 1, 2_000_000)
    const outcome = await fetchIt()
    expect(outcome).toEqual({
      reason: expect.stringMatching(
        /^http:.*\.tar\.gz is not the published archive: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}$/,
      ),
    })
    expect(await left()).toEqual([])
    expect(events.map(({ step }) => step)).not.toContain('unpacking')
  })

  it('of another length is refused before it arrives', async () => {
    server.file = whole.subarray(0, whole.length - 1)
    expect(await fetchIt()).toEqual({
      reason: expect.stringContaining(`has ${whole.length - 1} bytes and not the ${whole.length}`),
    })
  })

  it('that goes on behind its end counts as far as it is known', async () => {
    server.answer = (_, response) => {
      response.writeHead(200).write(whole, () => response.end('and more'))
      return true
    }
    expect(await fetchIt()).toEqual(fetched())
  })

  it.each([
    ['that is not there', 404],
    ['that one may not read', 403],
  ])('%s is asked for once', async (_, status) => {
    server.answer = (_number, response) => {
      response.writeHead(status).end()
      return true
    }
    expect(await fetchIt()).toEqual({
      reason: expect.stringMatching(new RegExp(`^http:.*: the answer was ${status}$`)),
    })
    expect(server.asked).toEqual(['whole'])
  })

  it('is asked for again when the server is busy', async () => {
    server.answer = (number, response) => {
      if (number === 0) response.writeHead(503).end()
      return number === 0
    }
    expect(await fetchIt()).toEqual(fetched())
  })

  it('is given up, with the reason, when no server answers', async () => {
    definition = grafanaFrom('http://127.0.0.1:1', whole)
    expect(await fetchIt()).toEqual({ reason: expect.stringContaining('ECONNREFUSED') })
  })

  it('comes from a mirror that the environment names, by the same path', async () => {
    const mirror = definition.archive?.origin
    definition = grafanaFrom('http://127.0.0.1:1', whole)
    env.FIREDRILL_GRAFANA_MIRROR = `${mirror}/`
    expect(await fetchIt()).toEqual(fetched())
  })

  it.each(['ftp://mirror.example', 'mirror.example', '/srv/mirror'])('comes from no mirror at %s', async (mirror) => {
    env.FIREDRILL_GRAFANA_MIRROR = mirror
    expect(await fetchIt()).toEqual({
      reason: `FIREDRILL_GRAFANA_MIRROR is not the address of an HTTP server: ${mirror}`,
    })
  })

  it('is not fetched on a platform that it is not made for', async () => {
    const files = {
      'sunos-sparc': { path: 'x', sha256: '', bytes: 1 },
      'aix-ppc64': { path: 'y', sha256: '', bytes: 1 },
    }
    if (definition.archive !== undefined) definition = { ...definition, archive: { ...definition.archive, files } }
    expect(await fetchIt()).toEqual({
      reason: `its archive is for sunos-sparc and aix-ppc64, and this is ${process.platform}-${process.arch}`,
    })
    expect(server.asked).toEqual([])
  })

  it('is not fetched without tar, nor onto a disk that it would fill', async () => {
    env.PATH = '/nowhere'
    expect(await fetchIt()).toEqual({ reason: 'there is no tar on PATH to unpack its archive with' })
    env.PATH = '/usr/bin:/bin'
    const [file] = Object.entries(definition.archive?.files ?? {})
    if (file === undefined || definition.archive === undefined) return expect.fail('no archive')
    const files = { [file[0]]: { ...file[1], bytes: 1e15 } }
    definition = { ...definition, archive: { ...definition.archive, files } }
    expect(await fetchIt()).toEqual({ reason: expect.stringMatching(/^it needs .* GiB in .*, and .* are free$/) })
  })

  it('whose program does not run is not put in place', async () => {
    const broken = await packGrafana('#!/bin/sh\nexit 1\n')
    server.file = broken
    definition = grafanaFrom(definition.archive?.origin ?? '', broken)
    expect(await fetchIt()).toEqual({ reason: expect.stringContaining('the fetched grafana does not run') })
    expect(await left()).toEqual([basename(part())])
  })

  it('is fetched once by two that start at the same time', async () => {
    const found = await Promise.all([fetchIt(), fetchIt()])
    expect(found).toEqual([fetched(), fetched()])
    expect(server.asked).toEqual(['whole'])
    expect(await left()).toEqual([basename(home())])
  })
})

describe('the archive of Grafana that ships', () => {
  it('is of one build, for Linux, with checksums of their own', () => {
    const files = Object.entries(grafanaArchive.files)
    expect(files.map(([platform]) => platform)).toEqual(['linux-x64', 'linux-arm64'])
    for (const [, { path, sha256, bytes }] of files) {
      expect(path).toMatch(/^grafana\/release\/13\.1\.1\/grafana_13\.1\.1_29761037902_linux_(amd64|arm64)\.tar\.gz$/)
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(bytes).toBeGreaterThan(3e8)
    }
    expect(new Set(files.map(([, { sha256 }]) => sha256)).size).toBe(2)
  })
})
