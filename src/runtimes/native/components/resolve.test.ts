import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FiredrillError } from '../../../base/errors.ts'
import { inspectComponents } from './inspect.ts'
import { resolveComponents } from './resolve.ts'
import type { ResolveEvent } from './resolve-event.ts'

describe('resolveComponents', () => {
  let folder: string
  let env: Record<string, string>
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-resolve-'))
    env = { PATH: `${folder}/first:${folder}/second`, HOME: folder }
  })
  afterEach(() => rm(folder, { recursive: true }))

  /** A program that answers every call with these words. */
  async function fake(path: string, words: string): Promise<string> {
    const file = join(folder, path)
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, `#!/bin/sh\necho '${words}'\n`, { mode: 0o755 })
    return file
  }
  const failure = (names: Parameters<typeof resolveComponents>[0]) =>
    resolveComponents(names, { fetch: false, env }).then(
      () => expect.fail('it resolved'),
      (error: FiredrillError) => error,
    )

  it('takes the program that the environment names before the one on PATH', async () => {
    await fake('first/redis-server', 'Redis server v=7.2.1 sha=0')
    env.FIREDRILL_REDIS = await fake('mine/redis-server', 'Redis server v=6.2.14 sha=0')
    const found = await resolveComponents(['redis'], { fetch: false, env })
    expect(found.get('redis')).toEqual({
      name: 'redis',
      version: '6.2.14',
      source: 'environment',
      programs: { 'redis-server': env.FIREDRILL_REDIS },
      env: {},
      args: [],
    })
  })

  it.each([
    ['points to nothing', () => join(folder, 'gone'), 'is not an executable file'],
    ['points to a folder', () => folder, 'is not an executable file'],
    [
      'is too old',
      () => fake('old', 'redis, Redis server v=5.0.3 sha=0'),
      'is version 5.0.3, too old; at least 6.2 is needed',
    ],
    ['is something else', () => fake('other', 'hello'), '--version does not print a version of redis-server: "hello"'],
  ])('refuses an environment variable that %s, also when it is installed elsewhere', async (_, path, reason) => {
    await fake('first/redis-server', 'Redis server v=7.2.1 sha=0')
    env.FIREDRILL_REDIS = await path()
    const error = await failure(['redis'])
    expect(error.code).toBe('FD_COMPONENT_UNAVAILABLE')
    expect(error.details.given).toBe(`redis: FIREDRILL_REDIS=${env.FIREDRILL_REDIS}: ${reason}`)
  })

  it('passes over programs on PATH that are too old or broken, and notes them', async () => {
    const old = await fake('first/prometheus', 'prometheus, version 2.31.2 (branch: x)')
    await fake('second/prometheus', 'prometheus, version 2.53.3 (branch: x)')
    await fake('second/promtool', 'promtool')
    const events: ResolveEvent[] = []
    const found = await resolveComponents(['prometheus'], { fetch: false, env, onEvent: (event) => events.push(event) })
    const second = join(folder, 'second')
    expect(found.get('prometheus')).toMatchObject({
      version: '2.53.3',
      source: 'path',
      programs: { prometheus: join(second, 'prometheus'), promtool: join(second, 'promtool') },
    })
    expect(events).toEqual([{ component: 'prometheus', step: 'found', detail: '2.53.3, from path' }])
    const [finding] = await inspectComponents({ names: ['prometheus'], env })
    expect(finding?.tried).toContainEqual({ place: old, reason: 'is version 2.31.2, too old; at least 2.40 is needed' })
  })

  it("knows the exporters by upstream's names and by Debian's", async () => {
    await fake('first/prometheus-node-exporter', 'node_exporter, version 1.5.0 (branch: x)')
    await fake('first/blackbox_exporter', 'blackbox_exporter, version 0.25.0 (branch: x)')
    await fake('first/prometheus-alertmanager', 'alertmanager, version 0.27.0 (branch: x)')
    const found = await resolveComponents(['node-exporter', 'blackbox-exporter', 'alertmanager'], { fetch: false, env })
    expect([...found.values()].map(({ name, version }) => `${name} ${version}`).sort()).toEqual([
      'alertmanager 0.27.0',
      'blackbox-exporter 0.25.0',
      'node-exporter 1.5.0',
    ])
  })

  it('finds initdb beside the real file of a linked postgres', async () => {
    await fake('pg/bin/initdb', 'initdb')
    await symlink(await fake('pg/bin/postgres', 'postgres (PostgreSQL) 17.2'), join(folder, 'linked'))
    env.FIREDRILL_POSTGRES = join(folder, 'linked')
    const found = await resolveComponents(['postgres'], { fetch: false, env })
    expect(found.get('postgres')).toMatchObject({
      version: '17.2',
      programs: { initdb: join(folder, 'pg/bin/initdb') },
    })
  })

  it('refuses a postgres without initdb', async () => {
    env.FIREDRILL_POSTGRES = await fake('pg/bin/postgres', 'postgres (PostgreSQL) 17.2')
    expect((await failure(['postgres'])).details.given).toContain('there is no initdb beside it')
  })

  it('starts a linked program under the name it was found by', async () => {
    // Debian's redis-server is such a link, and the name decides what the program does.
    await symlink(
      await fake('second/redis-check-rdb', 'Redis server v=7.0.15 sha=0'),
      join(folder, 'second/redis-server'),
    )
    const found = await resolveComponents(['redis'], { fetch: false, env })
    expect(found.get('redis')?.programs['redis-server']).toBe(join(folder, 'second/redis-server'))
  })

  it('names every missing component, every place and what helps in one error', async () => {
    await fake('first/redis-server', 'Redis server v=5.0.3 sha=0')
    await chmod(await fake('first/prometheus', 'not executable'), 0o644)
    const error = await failure(['redis', 'prometheus'])
    const text = error.format()
    expect(error.message).toBe('not available: redis, prometheus')
    expect(text).toContain('redis: environment variable FIREDRILL_REDIS: not set')
    expect(text).toContain(`redis: ${folder}/first/redis-server: is version 5.0.3, too old; at least 6.2 is needed`)
    expect(text).toContain('prometheus: PATH: no prometheus')
    expect(text).toContain(`redis, prometheus: cache ${folder}/.cache/firedrill/components: not there`)
    expect(text).toContain('redis, prometheus: Debian packages: only on')
    expect(text).toContain('brew install redis prometheus')
    expect(text).toContain('FIREDRILL_PROMETHEUS=/path/to/prometheus')
  })

  it('rejects with the reason of an abort', async () => {
    const signal = AbortSignal.abort(new Error('the user left'))
    await expect(resolveComponents(['redis'], { fetch: true, env, signal })).rejects.toThrow('the user left')
  })
})

describe('inspectComponents', () => {
  it('reports for every component where it is or what was tried, and does not throw', async () => {
    const findings = await inspectComponents({ env: { PATH: '/nowhere', HOME: '/nowhere', FIREDRILL_REDIS: '/gone' } })
    expect(findings.map(({ component }) => component)).toEqual([
      'prometheus',
      'alertmanager',
      'node-exporter',
      'blackbox-exporter',
      'postgres-exporter',
      'redis-exporter',
      'redis',
      'postgres',
      'grafana',
    ])
    for (const { found, tried, help } of findings)
      expect(found !== undefined || (tried.length > 0 && help.length > 0)).toBe(true)
    expect(findings.find(({ component }) => component === 'redis')?.tried).toEqual([
      { place: 'FIREDRILL_REDIS=/gone', reason: 'is not an executable file' },
    ])
  })
})
