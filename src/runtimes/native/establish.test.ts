import { execFileSync } from 'node:child_process'
import { chmod, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { establish } from './establish.ts'
import { StateFolder } from './state/state-folder.ts'

const isRoot = process.getuid?.() === 0

let made: string
let base: string
const at = (...names: string[]) => new StateFolder(join(base, ...names))
const modeOf = async (path: string) => (await lstat(path)).mode & 0o7777
beforeEach(async () => {
  made = await mkdtemp(join(tmpdir(), 'fd-establish-'))
  base = made
})
afterEach(() => {
  vi.unstubAllEnvs()
  return rm(made, { recursive: true, force: true })
})

describe('establish', () => {
  it('makes a folder with an id, closed to others whatever the umask, and finds it again', async () => {
    const umask = process.umask(0)
    const folder = at('a folder', 'with spaces')
    const id = await establish(folder).finally(() => process.umask(umask))
    expect(id).toMatch(/^[0-9a-f]{12}$/)
    expect((await readdir(folder.path)).sort()).toEqual(['id', 'journals', 'loads', 'logs', 'running'])
    expect(await modeOf(folder.journals)).toBe(0o700)
    expect(await modeOf(folder.path)).toBe(isRoot ? 0o711 : 0o700)
    expect(await modeOf(folder.id)).toBe(0o600)
    expect(await establish(folder)).toBe(id)
  })

  it('is one stack for all who begin at the same moment', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => establish(at('state'))))
    expect(new Set(ids).size).toBe(1)
  })

  it('takes an empty folder, and one of an earlier version that others could read', async () => {
    await mkdir(at('empty').path)
    await establish(at('empty'))
    await mkdir(at('old').path, { mode: 0o755 })
    await writeFile(at('old').id, '0123456789ab')
    await writeFile(join(at('old').path, "a person's note"), '')
    expect(await establish(at('old'))).toBe('0123456789ab')
    expect(await modeOf(at('old').path)).toBe(isRoot ? 0o711 : 0o700)
  })

  it('takes a .firedrill in which only our names stand: runs on other systems left no id there', async () => {
    await mkdir(join(at('.firedrill').path, 'journals'), { recursive: true })
    await writeFile(`${at('.firedrill').id}.123-0123abcd.tmp`, '')
    await establish(at('.firedrill'))
  })

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a project',
      () => writeFile(join(base, 'package.json'), '{}'),
      'not empty and has no `id` of a stack: package.json',
    ],
    ['a folder with our names that is not called as ours', () => mkdir(join(base, 'data')), 'data'],
    ['a folder whose id is something else', () => writeFile(join(base, 'id'), 'my id'), 'id'],
    ['a .firedrill with something else in it', () => mkdir(join(base, 'thesis')), 'thesis'],
  ])('refuses %s, and touches nothing of it', async (kind, prepare, given) => {
    if (kind.startsWith('a .firedrill')) base = join(base, '.firedrill')
    await mkdir(base, { recursive: true, mode: 0o755 })
    await prepare()
    await chmod(base, 0o755)
    const before = await readdir(base)
    await expect(establish(new StateFolder(base))).rejects.toMatchObject({
      code: 'FD_STATE_FOLDER',
      message: expect.stringContaining(given) as string,
      details: { next: '--state FOLDER names another one' },
    })
    expect(await readdir(base)).toEqual(before)
    expect(await modeOf(base)).toBe(0o755)
  })

  it('refuses the root of the file system and a home', async () => {
    await expect(establish(new StateFolder('/'))).rejects.toThrow('root of the file system')
    vi.stubEnv('HOME', made)
    await expect(establish(new StateFolder(made))).rejects.toThrow('home folder')
  })

  it('refuses a folder inside the state folder of a stack', async () => {
    await at('state').prepare()
    await expect(establish(at('state', 'journals', 'mine'))).rejects.toThrow(`another stack, ${at('state').path}`)
  })

  it.each<[string, (path: string) => Promise<unknown> | unknown, string, string]>([
    ['a file', (path) => writeFile(path, 'x', { mode: 0o600 }), 'FD_STATE_FOLDER', 'it is no folder'],
    ['a pipe', (path) => execFileSync('mkfifo', [path]), 'FD_STATE_FOLDER', 'it is no folder'],
    ['a symbolic link', (path) => symlink(base, path), 'FD_STATE_FOLDER', 'symbolic link'],
    ['a link to nothing', (path) => symlink('/nowhere', path), 'FD_STATE_FOLDER', 'symbolic link'],
    [
      'a folder that everybody may write to',
      async (path) => {
        await mkdir(path)
        await chmod(path, 0o777)
      },
      'FD_FILE_NOT_OURS',
      'other users may write to it (mode 0777)',
    ],
    [
      'a folder whose id is a pipe',
      async (path) => {
        await mkdir(path)
        execFileSync('mkfifo', ['-m', '600', join(path, 'id')])
      },
      'FD_FILE_NOT_PLAIN',
      'it is no file',
    ],
  ])('refuses %s', async (_, prepare, code, message) => {
    await prepare(at('odd').path)
    await expect(establish(at('odd'))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
      details: { next: expect.stringContaining('--state FOLDER') as string },
    })
  })

  it.each([
    ['below a file', ['file', 'state'], 'ENOTDIR'],
    ['with a name that is too long', ['x'.repeat(300)], 'ENAMETOOLONG'],
  ])('says so of a path %s', async (_, names, code) => {
    await writeFile(join(base, 'file'), '')
    await expect(establish(at(...names))).rejects.toMatchObject({
      code: 'FD_STATE_FOLDER',
      message: expect.stringContaining(code) as string,
    })
  })

  it('says so where nothing can be written', async () => {
    await expect(establish(new StateFolder('/proc/firedrill'))).rejects.toMatchObject({ code: 'FD_STATE_FOLDER' })
  })
})

describe('StateFolder.prepare', () => {
  it('closes what earlier versions left open, and leaves what it holds', async () => {
    const folder = at('state')
    for (const name of ['config', 'journals', 'logs'])
      await mkdir(join(folder.path, name), { recursive: true, mode: 0o755 })
    await writeFile(join(folder.journals, 'old.json'), '{}')
    await folder.prepare()
    for (const path of [folder.config, folder.journals, folder.scratch]) expect(await modeOf(path)).toBe(0o700)
    expect(await readdir(folder.journals)).toEqual(['old.json'])
  })

  it.each([
    ['that is too short', 'x', 0o600, 'FD_SECRET_WEAK'],
    ['that others may read', 'x'.repeat(43), 0o644, 'FD_FILE_NOT_OURS'],
    ['that others may write', 'x'.repeat(43), 0o666, 'FD_FILE_NOT_OURS'],
  ])('uses no secret %s', async (_, secret, mode, code) => {
    const folder = at('state')
    await folder.prepare()
    await writeFile(folder.secretFile('control'), secret)
    await chmod(folder.secretFile('control'), mode)
    await expect(folder.prepare()).rejects.toMatchObject({ code })
  })

  it('does not follow a link that stands where a folder of its own belongs', async () => {
    const folder = at('state')
    await establish(folder)
    await symlink(base, join(folder.path, 'data'))
    await expect(folder.prepare()).rejects.toMatchObject({ code: 'FD_STATE_FOLDER' })
  })
})
