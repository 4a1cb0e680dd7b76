import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { basename } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identifyingFacts, whyAnother } from './process-facts.ts'

let child: ChildProcess
beforeEach(async () => {
  child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (child.stdout !== null) await once(child.stdout, 'data')
})
afterEach(async () => {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
})

const program = basename(process.execPath)

describe.runIf(process.platform === 'linux')('what a process is', () => {
  it.each([
    ['its program by name', { program }],
    ['its program by path', { program: process.execPath }],
    ['its user by number', { user: process.getuid?.() ?? 0 }],
    ['its folder', { folder: tmpdir() }],
  ])('is known by %s', (_, wanted) => {
    expect(whyAnother(child.pid ?? 0, wanted)).toBeUndefined()
  })

  it('is refused with all that differs', () => {
    const why = whyAnother(child.pid ?? 0, { program: 'nginx', user: 'no-such-user', folder: '/' })
    expect(why).toContain(`its program is ${program}, not nginx`)
    expect(why).toContain('not no-such-user')
    expect(why).toContain('not /')
  })

  it('is printed in the form of a description, by which it is known', () => {
    const facts = identifyingFacts(child.pid ?? 0)
    expect(facts).toMatchObject({ program })
    expect(whyAnother(child.pid ?? 0, facts ?? {})).toBeUndefined()
    expect(identifyingFacts(2 ** 30)).toBeUndefined()
  })
})
