import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newWorkerToken, workerToken } from './worker-token.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-token-'))
  file = join(folder, 'load-workers')
})
afterEach(() => rm(folder, { recursive: true }))

const ask = (env: NodeJS.ProcessEnv, create = false) => workerToken({ variable: 'TOKEN', env, file, create })

describe('the token of workers', () => {
  it('is that of the variable, before that of the file', async () => {
    const token = newWorkerToken()
    expect(await ask({ TOKEN: token }, true)).toEqual({ token, from: 'the variable TOKEN' })
  })

  it('is made in a file that only this user can read, where a load finds it', async () => {
    const { token } = await ask({ TOKEN: '' }, true)
    expect((await readFile(file, 'utf8')).trim()).toBe(token)
    expect(await ask({})).toEqual({ token, from: file })
    await chmod(file, 0o644)
    await expect(ask({})).rejects.toMatchObject({ code: 'FD_FILE_NOT_OURS' })
  })

  it.each([
    ['can be guessed', { TOKEN: 'password' }, '8 characters'],
    ['has a blank in it', { TOKEN: 'a secret with blanks' }, '20 characters'],
    ['is nowhere', {}, 'neither'],
  ])('is refused when it %s', async (_, env, given) => {
    await expect(ask(env)).rejects.toMatchObject({ code: 'FD_LOAD_WORKER_TOKEN', details: { given, where: 'TOKEN' } })
  })
})
