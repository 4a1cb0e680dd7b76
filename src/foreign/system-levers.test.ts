import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { haltedSystems, systemLevers } from './system-levers.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'fd-levers-'))
})
afterEach(() => rm(home, { recursive: true }))

it('finds the systems that are halted, once each, until they are released', async () => {
  const env = { XDG_STATE_HOME: home }
  expect(await haltedSystems(env)).toEqual([])
  const prometheus = { url: 'http://127.0.0.1:1', replicas: ['http://127.0.0.1:2'] }
  const levers = systemLevers({ prometheus } as Parameters<typeof systemLevers>[0], env)
  expect(levers).toHaveLength(2)
  for (const lever of levers) {
    await mkdir(dirname(lever.path), { recursive: true })
    await lever.pull('real incident')
  }
  expect(await haltedSystems(env)).toMatchObject([{ why: 'real incident' }])
  for (const lever of levers) await lever.release()
  expect(await haltedSystems(env)).toEqual([])
})
