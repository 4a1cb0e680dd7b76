import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makePrivateFolder, privatePrefix } from './private-folder.ts'

let parent: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'fd-private-'))
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

describe('a private folder', () => {
  it('can be entered by this user alone, and is removed with all that is in it', () => {
    const folder = makePrivateFolder('journey', parent)
    expect(statSync(folder.path).mode & 0o777).toBe(0o700)
    writeFileSync(join(folder.path, 'a'), '')
    folder.remove()
    folder.remove()
    expect(readdirSync(parent)).toEqual([])
  })

  it('has another name than each other one', () => {
    const [one, two] = [makePrivateFolder('journey', parent), makePrivateFolder('journey', parent)]
    expect(one.path).not.toBe(two.path)
    expect(existsSync(one.path)).toBe(true)
    one.remove()
    expect(existsSync(two.path)).toBe(true)
    two.remove()
  })

  it('whose process was killed is removed when the next one is made, and not before it has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    await once(child, 'spawn')
    const left = join(parent, `${privatePrefix('kubectl', child.pid)}abcDEF`)
    mkdirSync(left)
    writeFileSync(join(left, 'api.sock'), '')
    makePrivateFolder('journey', parent).remove()
    expect(existsSync(left)).toBe(true)
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    makePrivateFolder('journey', parent).remove()
    expect(readdirSync(parent)).toEqual([])
  })

  it.each([
    [
      'of a process with the same pid that began later',
      (own: string) => own.replace(/[0-9a-f]{8}-$/, '00000000-'),
      true,
    ],
    ['of another machine, or container', (own: string) => own.replace(/-[0-9a-f]{8}-/, '-00000000-'), false],
    ['with another form of name', () => 'firedrill-journey-', false],
  ])('%s: it is removed if that process is known to be gone', (_, nameOf, isRemoved) => {
    const left = join(parent, `${nameOf(privatePrefix('journey'))}abcDEF`)
    mkdirSync(left)
    makePrivateFolder('journey', parent).remove()
    expect(existsSync(left)).toBe(!isRemoved)
  })

  it('is not followed where a link stands in its place', () => {
    const target = join(parent, 'target')
    mkdirSync(target)
    writeFileSync(join(target, 'precious'), '')
    const gone = privatePrefix('journey').replace(/[0-9a-f]{8}-$/, '00000000-')
    symlinkSync(target, join(parent, `${gone}abcDEF`))
    makePrivateFolder('journey', parent).remove()
    expect(readdirSync(parent)).toEqual([basename(target)])
    expect(readdirSync(target)).toEqual(['precious'])
  })
})
