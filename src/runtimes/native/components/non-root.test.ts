import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findDebianTools } from './fetch/debian-support.ts'
import { firstClosedFolder } from './postgres/postgres-account.ts'
import { preparePostgres } from './postgres/prepare-postgres.ts'
import { resolveComponents } from './resolve.ts'

const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
const debian = await findDebianTools({ PATH: '/usr/bin:/bin' })
// A checkout in root's closed home cannot be read by the user that the tests below become.
const isReadable = !isRoot || (await firstClosedFolder(import.meta.dirname)) === undefined

describe('an ordinary user', () => {
  let home: string
  let env: Record<string, string>
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'firedrill-nobody-'))
    env = { ...process.env, PATH: '/usr/bin:/bin', HOME: home, FIREDRILL_CACHE: '', XDG_CACHE_HOME: '' } as typeof env
    if (!isRoot) return
    await chown(home, NOBODY, NOBODY)
    // Its package is completed by a user who may write to it, where its install script was not allowed to.
    if (isReadable) await resolveComponents(['postgres'], { fetch: false, env })
    // For good: a file that changes its process has one to itself (vitest.config.ts).
    process.setgroups?.([])
    process.setgid?.(NOBODY)
    process.setuid?.(NOBODY)
  })
  afterAll(() => rm(home, { recursive: true }))

  it('is what this process has become', () => {
    expect(process.getuid?.()).not.toBe(0)
  })

  if (isReadable && 'tools' in debian) {
    it('fetches and runs Redis', { timeout: 180_000 }, async () => {
      const redis = (await resolveComponents(['redis'], { fetch: true, env })).get('redis')
      const { stdout } = await execa(redis?.programs['redis-server'] ?? '', ['--version'], { env: { ...redis?.env } })
      expect(stdout).toContain(`v=${redis?.version}`)
    })
  }

  if (isReadable) {
    it('prepares PostgreSQL as itself, in its closed home', async () => {
      const component = (await resolveComponents(['postgres'], { fetch: false, env })).get('postgres')
      if (component === undefined) return expect.fail('no PostgreSQL')
      const dataDir = join(home, 'pgdata')
      const prepared = await preparePostgres({
        component,
        dataDir,
        password: 'secret',
        stackId: 'drill-1',
        stateFolder: home,
      })
      expect(prepared).toMatchObject({ dataDir, cwd: '/' })
      expect(prepared.uid).toBeUndefined()
      expect(prepared.note).toBeUndefined()
    })
  }
})
