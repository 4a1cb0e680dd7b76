import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FiredrillError } from '../errors.ts'
import { readUserFile } from './user-file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firedrill-user-file-'))
})
afterAll(() => rm(folder, { recursive: true }))

const refused = async (path: string, maxBytes = 1_000): Promise<string> => {
  const error: unknown = await readUserFile(path, { maxBytes }).catch((one: unknown) => one)
  return error instanceof FiredrillError ? `${error.code} ${error.message}` : String(error)
}

describe('readUserFile', () => {
  it('reads a text, without the mark that some editors put before it', async () => {
    const path = join(folder, 'text')
    await writeFile(path, '\ufeffé: 1\n')
    expect(await readUserFile(path, { maxBytes: 1_000 })).toBe('é: 1\n')
  })

  it('takes a file of exactly the size it may have', async () => {
    const path = join(folder, 'whole')
    await writeFile(path, 'x'.repeat(1_000))
    expect(await readUserFile(path, { maxBytes: 1_000 })).toHaveLength(1_000)
  })

  it('refuses a file of any size at once, by its size', async () => {
    const path = join(folder, 'large')
    await writeFile(path, '')
    // To read it would take minutes; it takes no room.
    await truncate(path, 1024 ** 4)
    const begunMs = performance.now()
    expect(await refused(path)).toBe('FD_FILE_UNREADABLE the file is too large')
    expect(performance.now() - begunMs).toBeLessThan(10_000)
  })

  it('refuses what has no size and does not end, and what would be waited for', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    for (const path of ['/dev/zero', '/dev/tty', pipe, folder])
      expect(await refused(path)).toMatch(/^FD_FILE_UNREADABLE/)
    if (process.platform === 'linux') {
      expect(await refused('/proc/self/maps', 100)).toBe('FD_FILE_UNREADABLE the file is too large')
    }
  })

  it('refuses what is not UTF-8, and what is not there', async () => {
    const path = join(folder, 'latin')
    await writeFile(path, Buffer.from([0x61, 0xe9, 0x0a]))
    expect(await refused(path)).toBe('FD_FILE_UNREADABLE the file is not UTF-8')
    expect(await refused(join(folder, 'nothing'))).toBe('FD_FILE_UNREADABLE there is no such file')
    expect(await refused(join(path, 'below'))).toBe('FD_FILE_UNREADABLE there is no such file')
    expect(await refused(join(folder, 'a\0b'))).toMatch(/^FD_FILE_UNREADABLE the file cannot be read/)
  })

  it('says of a link that it leads nowhere, also where the caller has an error of its own for a missing file', async () => {
    const path = join(folder, 'dangling')
    await symlink('nowhere', path)
    const missing = () => new FiredrillError('FD_OTHER', { message: 'it is missing' })
    const error: unknown = await readUserFile(path, { maxBytes: 1, missing }).catch((one: unknown) => one)
    expect(error).toMatchObject({ code: 'FD_FILE_UNREADABLE', message: 'this is a link to what is not there' })
  })

  it('says what is the matter where the permission is missing', async () => {
    const path = join(folder, 'closed')
    await writeFile(path, '')
    await chmod(path, 0)
    // Root may read everything.
    if (process.getuid?.() === 0) expect(await readUserFile(path, { maxBytes: 1 })).toBe('')
    else expect(await refused(path)).toMatch(/EACCES/)
  })
})
