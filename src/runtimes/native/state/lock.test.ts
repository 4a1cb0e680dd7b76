import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Lock, lockFile } from './lock.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-lock-'))
  path = join(folder, 'lock')
})
afterEach(() => rm(folder, { recursive: true }))

function held(lock: Lock | 'taken'): Lock {
  if (lock === 'taken') throw new Error('the lock is taken')
  return lock
}

describe('lockFile', () => {
  it('is held by one at a time, also within a process, and free once it is let go', () => {
    const first = held(lockFile(path))
    expect(lockFile(path)).toBe('taken')
    first.release()
    first.release()
    held(lockFile(path)).release()
  })

  it('ends with the process that holds it, also with kill -9', async () => {
    const program = `require('child_process').spawnSync('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore',
      require('fs').openSync(${JSON.stringify(path)}, 'w+')] }); console.log('held'); setInterval(() => {}, 1000)`
    const other = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(other.stdout, 'data')
    expect(lockFile(path)).toBe('taken')
    const ended = once(other, 'exit')
    other.kill('SIGKILL')
    await ended
    held(lockFile(path)).release()
  })

  it('is another one once the file was taken away', async () => {
    const old = held(lockFile(path))
    await unlink(path)
    const fresh = held(lockFile(path))
    old.release()
    expect(lockFile(path)).toBe('taken')
    fresh.release()
  })

  it('follows no symbolic link', async () => {
    await symlink(join(folder, 'elsewhere'), path)
    expect(() => lockFile(path)).toThrow('ELOOP')
  })
})
