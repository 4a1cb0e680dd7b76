import { execFileSync } from 'node:child_process'
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FiredrillError } from '../errors.ts'
import { checkUserOutput, writeUserFile } from './user-output.ts'

let folder: string
const at = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firedrill user output ü '))
  execFileSync('mkfifo', [at('pipe')])
  await mkdir(at('folder'))
  await writeFile(at('file'), 'before')
  await symlink('file', at('link'))
  await symlink('nowhere', at('dangling'))
  await mkdir(at('closed'), { mode: 0o500 })
})
afterAll(async () => {
  await chmod(at('closed'), 0o700)
  await rm(folder, { recursive: true })
})

const why = async (work: Promise<void>): Promise<string> => {
  const error: unknown = await work.then(
    () => 'written',
    (one: unknown) => one,
  )
  return error instanceof FiredrillError ? `${error.code} ${error.message}` : String(error)
}

describe('a file that a person named for a result', () => {
  it.each([
    ['a folder', 'folder', 'FD_FILE_UNWRITABLE this is a folder'],
    ['a folder that there is not yet', 'new/', 'FD_FILE_UNWRITABLE this is a folder'],
    ['a pipe', 'pipe', 'FD_FILE_UNWRITABLE this is no file but a pipe or a device'],
    ['a link that leads nowhere', 'dangling', 'FD_FILE_UNWRITABLE this is a link to what is not there'],
    ['below a file', 'file/report.html', 'FD_FILE_UNWRITABLE it cannot be written: ENOTDIR'],
  ])('is refused before and after the work: %s', async (_, name, expected) => {
    expect(await why(checkUserOutput(at(name)))).toContain(expected)
    expect(await why(writeUserFile(at(name), 'x'))).toContain(expected)
  })

  it('is refused when its path is empty, and leaves nothing beside the folder one stands in', async () => {
    // Other programs write there too: only what this process made is looked at.
    const ours = async () => (await readdir(dirname(process.cwd()))).filter((name) => name.includes(`.${process.pid}-`))
    const before = await ours()
    for (const work of [() => checkUserOutput(''), () => writeUserFile('', 'x')]) {
      const error = await work().catch((one: unknown) => one)
      expect(error).toBeInstanceOf(FiredrillError)
      expect(error instanceof FiredrillError && error.format()).toContain('FD_FILE_UNWRITABLE "": it is empty')
    }
    expect(await ours()).toEqual(before)
  })

  it.runIf(process.platform === 'linux')(
    'is refused where the system makes no files, and never replaces a device',
    async () => {
      for (const path of ['/proc/report.html', '/proc/self/report.html', '/dev/full', '/dev/null'])
        for (const work of [() => checkUserOutput(path), () => writeUserFile(path, 'x')])
          expect(await why(work()), path).toMatch(/^FD_FILE_UNWRITABLE/)
      expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
    },
  )

  it.runIf(process.getuid?.() !== 0)('is refused where the permission is missing', async () => {
    expect(await why(checkUserOutput(at('closed/a/report.html')))).toMatch(/^FD_FILE_UNWRITABLE .*EACCES/)
    await writeFile(at('kept'), 'before', { mode: 0o400 })
    expect(await why(writeUserFile(at('kept'), 'x'))).toMatch(/^FD_FILE_UNWRITABLE .*EACCES/)
    expect(await readFile(at('kept'), 'utf8')).toBe('before')
  })

  it('is written whole, with the folders it needs, and through a link', async () => {
    await checkUserOutput(at('deep/er/report.html'))
    expect((await readdir(folder)).sort()).not.toContain('deep')
    await writeUserFile(at('deep/er/report.html'), 'x')
    expect(await readFile(at('deep/er/report.html'), 'utf8')).toBe('x')
    await writeUserFile(at('link'), 'after')
    await writeUserFile(at('link'), ' that', { append: true })
    expect((await lstat(at('link'))).isSymbolicLink()).toBe(true)
    expect(await readFile(at('file'), 'utf8')).toBe('after that')
  })
})
