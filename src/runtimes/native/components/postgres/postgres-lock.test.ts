import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeStaleLock } from './postgres-lock.ts'

let dataDir: string
let lock: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'fd-pg-lock-'))
  lock = join(dataDir, 'postmaster.pid')
})
afterEach(() => rm(dataDir, { recursive: true }))
const isThere = () =>
  access(lock).then(
    () => true,
    () => false,
  )

describe('removeStaleLock', () => {
  it('removes the lock of a process that lives, but somewhere else', async () => {
    await writeFile(lock, `${process.pid}\n${dataDir}\n`)
    await removeStaleLock(dataDir)
    expect(await isThere()).toBe(false)
  })

  it('waits for a session that is still ending, then removes the lock', async () => {
    const startedMs = performance.now()
    const session = spawn('sleep', ['0.5'], { cwd: dataDir })
    const ended = once(session, 'exit')
    await once(session, 'spawn')
    await writeFile(lock, `${session.pid}\n`)
    await removeStaleLock(dataDir)
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(490)
    expect((await ended)[0]).toBe(0)
    expect(await isThere()).toBe(false)
  })

  it('refuses while a server works in the folder, and leaves its lock', async () => {
    const server = spawn('sleep', ['60'], { cwd: dataDir })
    await once(server, 'spawn')
    await writeFile(lock, `${server.pid}\n`)
    await expect(removeStaleLock(dataDir)).rejects.toMatchObject({ code: 'FD_POSTGRES_DATA' })
    expect(await isThere()).toBe(true)
    server.kill('SIGKILL')
    await once(server, 'exit')
  })

  it('leaves a folder without a lock as it is', async () => {
    await writeFile(join(dataDir, 'PG_VERSION'), '18\n')
    await expect(removeStaleLock(dataDir)).resolves.toBeUndefined()
    expect(await readdir(dataDir)).toEqual(['PG_VERSION'])
  })
})
