import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { failureOf, sendFailure } from './child-failure.ts'
import { systemErrors } from './system-error.ts'

describe('a detached start', () => {
  it('learns over its channel why the process ended, with code and details', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fd-parent-'))
    const program = join(folder, 'child.mjs')
    const failed = { code: 'FD_SYSTEM_DISK', message: 'ENOSPC', where: '/state', next: 'make room' }
    await writeFile(program, `process.send(${JSON.stringify({ failed })})`)
    const child = fork(program, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    const failure = failureOf(child)
    await once(child, 'close')
    expect(failure()?.toJSON()).toEqual({ ...failed, code: 'FD_SYSTEM_DISK' })
    await rm(folder, { recursive: true })
  })

  it('is nothing to a process that a person started', () => {
    expect(() => sendFailure(systemErrors.error('FD_SYSTEM_DISK', { message: 'ENOSPC' }))).not.toThrow()
  })
})
