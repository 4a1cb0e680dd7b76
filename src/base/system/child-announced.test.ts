import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { announcedOf } from './child-announced.ts'

describe('a process whose start is passed on', () => {
  it.each([
    ['while it goes on', 'process.send({ announced: true }); setInterval(() => undefined, 1_000)'],
    ['also when it ends before', ''],
  ])('has said all, %s', async (_, text) => {
    const folder = await mkdtemp(join(tmpdir(), 'fd-parent-'))
    const program = join(folder, 'child.mjs')
    await writeFile(program, text)
    const child = fork(program, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    const ended = once(child, 'exit')
    await announcedOf(child)
    expect(child.exitCode ?? 0).toBe(0)
    child.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true })
  })
})
