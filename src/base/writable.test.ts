import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { whyNotWritable } from './writable.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-writable-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('whyNotWritable', () => {
  it('has nothing against a file, also in folders that are still to be made, and makes none', async () => {
    await writeFile(join(folder, 'there'), 'x')
    expect(whyNotWritable(join(folder, 'there'))).toBeUndefined()
    expect(whyNotWritable(join(folder, 'a', 'b', 'c.html'))).toBeUndefined()
    expect(whyNotWritable(join(folder, 'a'))).toBeUndefined()
  })

  it('says what stands at the path, or in its way', async () => {
    await mkdir(join(folder, 'sub'))
    await writeFile(join(folder, 'file'), 'x')
    await symlink(join(folder, 'nowhere'), join(folder, 'link'))
    expect(whyNotWritable(join(folder, 'sub'))).toBe('it is a folder')
    expect(whyNotWritable(join(folder, 'link'))).toBe('it is a symbolic link that leads nowhere')
    expect(whyNotWritable(join(folder, 'file', 'r.html'))).toBe(`${join(folder, 'file')} is no folder`)
    expect(whyNotWritable('/dev/null')).toBe('it is no file but a pipe, a socket or a device')
  })
})
