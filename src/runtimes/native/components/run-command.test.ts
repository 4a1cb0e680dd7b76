import { describe, expect, it } from 'vitest'
import { runCommand, shorten } from './run-command.ts'

const env = { PATH: '/usr/bin:/bin' }

describe('runCommand', () => {
  it('gives the child exactly the given environment', async () => {
    const { stdout } = await runCommand('/usr/bin/env', [], { env: { ONLY: 'this' }, timeoutMs: 5_000 })
    expect(stdout).toBe('ONLY=this')
  })

  it('fails with the exit code and the message of the program', async () => {
    const script = ['-c', 'echo before; echo "E: broken" >&2; exit 3']
    await expect(runCommand('/bin/sh', script, { env, timeoutMs: 5_000 })).rejects.toMatchObject({
      code: 'FD_COMPONENT_COMMAND',
      message: 'sh ended with 3: E: broken',
    })
  })

  it('reports that a program cannot be started', async () => {
    await expect(runCommand('/nowhere/program', [], { env, timeoutMs: 5_000 })).rejects.toMatchObject({
      message: expect.stringContaining('program ENOENT'),
    })
  })

  it('ends a program that takes too long', async () => {
    await expect(runCommand('sleep', ['60'], { env, timeoutMs: 100 })).rejects.toMatchObject({
      message: 'sleep took longer than 0.1 s',
    })
  })

  it('rejects with the reason of the abort once the program is gone', async () => {
    const abort = new AbortController()
    const running = runCommand('sleep', ['60'], { env, timeoutMs: 60_000, signal: abort.signal })
    abort.abort(new Error('the user left'))
    await expect(running).rejects.toThrow('the user left')
  })
})

describe('shorten', () => {
  it('puts what could not be fetched first, then errors, and says everything once', () => {
    const output =
      'Reading lists\nW: minor\nE: no Release file\nE: no Release file\nW: Failed to fetch x  Could not connect\n'
    expect(shorten(output)).toBe('W: Failed to fetch x  Could not connect; E: no Release file; Reading lists; W: minor')
  })

  it('cuts what is longer than the limit', () => {
    expect(shorten('abcdef', 4)).toBe('abc…')
  })
})
