import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { distrust, IN_STATE, readOwnFile, thisUser } from './own-files.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-own-'))
  path = join(folder, 'a file')
  await writeFile(path, 'mine', { mode: 0o600 })
})
afterEach(() => rm(folder, { recursive: true }))

/** Another user: to them, our files are somebody else's. */
const somebodyElse = () => ({ uid: (thisUser()?.uid ?? 0) + 1, gid: (thisUser()?.gid ?? 0) + 1 })

describe('readOwnFile', () => {
  it('reads what only this user may write to', () => {
    expect(readOwnFile(path)).toBe('mine')
    expect(readOwnFile(path, { secret: true })).toBe('mine')
  })

  it('knows of nothing where there is nothing', () => {
    expect(readOwnFile(join(folder, 'absent'))).toBeUndefined()
  })

  it('refuses what belongs to another user', () => {
    expect(() => readOwnFile(path, { me: somebodyElse() })).toThrow(
      expect.objectContaining({ code: 'FD_FILE_NOT_OURS', message: expect.stringContaining('another user') as string }),
    )
  })

  it.each([
    ['by everybody', 0o602, false],
    ['a secret that others may read', 0o604, true],
    ['a secret that the group may read', 0o640, true],
  ])('refuses what can be written %s', async (_, mode, secret) => {
    await chmod(path, mode)
    expect(() => readOwnFile(path, { secret })).toThrow(expect.objectContaining({ code: 'FD_FILE_NOT_OURS' }))
  })

  it('says how it is mended, with a path that a shell understands', async () => {
    await chmod(path, 0o666)
    expect(() => readOwnFile(path)).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ next: expect.stringContaining(`chmod go-w '${path}'`) as string }) as object,
      }),
    )
  })

  it('says how another state folder is named, where it is of one', async () => {
    const refusal = (options: Parameters<typeof readOwnFile>[1], at = path) => {
      try {
        readOwnFile(at, options)
      } catch (error) {
        return (error as { details: { next?: string } }).details.next
      }
      return 'it was read'
    }
    const remedy = IN_STATE
    expect(refusal({ me: somebodyElse(), remedy })).toBe(
      '--state FOLDER names another state folder, or work as that user',
    )
    expect(refusal({ me: somebodyElse() })).toBe('name another one, or work as that user')
    expect(refusal({ remedy }, folder)).toBe('--state FOLDER names another state folder')
    await chmod(path, 0o644)
    expect(refusal({ secret: true, remedy })).toContain('firedrill down --purge')
    expect(refusal({ secret: true })).not.toContain('firedrill down')
    await chmod(path, 0o666)
    expect(refusal({ remedy })).toContain('chmod go-w')
    expect(refusal({ remedy })).toContain('--state FOLDER')
  })

  it('follows no symbolic link', async () => {
    await symlink(path, join(folder, 'link'))
    expect(() => readOwnFile(join(folder, 'link'))).toThrow('symbolic link')
  })

  it('does not wait at a pipe, nor read a folder', () => {
    execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')])
    expect(() => readOwnFile(join(folder, 'pipe'))).toThrow('no file')
    expect(() => readOwnFile(folder)).toThrow('no file')
  })
})

describe('distrust', () => {
  const me = { uid: 1_000, gid: 1_000 }
  it.each([
    ['is our own', { uid: 1_000, gid: 1_000, mode: 0o755 }, undefined],
    ["is our own group's, which is ours alone", { uid: 1_000, gid: 1_000, mode: 0o775 }, undefined],
    ["is another group's", { uid: 1_000, gid: 50, mode: 0o775 }, 'other users may write to it (mode 0775)'],
    ["is everybody's", { uid: 1_000, gid: 1_000, mode: 0o777 }, 'other users may write to it (mode 0777)'],
    ["is root's", { uid: 0, gid: 0, mode: 0o755 }, 'it belongs to another user (uid 0)'],
  ])('reports what %s', (_, stat, problem) => {
    expect(distrust(stat, { me })?.problem).toBe(problem)
  })

  it('takes what root has put there where that will do, but not what others may write to', () => {
    expect(distrust({ uid: 0, gid: 0, mode: 0o755 }, { me, orRoots: true })).toBeUndefined()
    expect(distrust({ uid: 0, gid: 0, mode: 0o777 }, { me, orRoots: true })).toBeDefined()
  })
})
