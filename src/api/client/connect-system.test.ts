import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { basicAuthorization } from '../../stack/password.ts'
import { readAccess } from './connect-system.ts'

let folder: StateFolder
beforeEach(async () => {
  folder = new StateFolder(join(await mkdtemp(join(tmpdir(), 'fd-access-')), 'state'))
})
afterEach(() => rm(join(folder.path, '..'), { recursive: true }))

describe('readAccess', () => {
  it('knows no passwords where there are none', async () => {
    expect(await readAccess(folder)).toEqual({ prometheus: {}, alertmanager: {} })
  })

  it('takes the passwords of the folder', async () => {
    const { secrets } = await folder.prepare()
    expect(await readAccess(folder)).toEqual({
      prometheus: { authorization: basicAuthorization(secrets.prometheus) },
      alertmanager: { authorization: basicAuthorization(secrets.alertmanager) },
    })
  })

  it('reads samples from the store that the environment names', async () => {
    const env = { FIREDRILL_METRICS_URL: 'http://victoria.test', FIREDRILL_METRICS_TOKEN: 't' }
    expect((await readAccess(folder, env)).prometheus).toEqual({
      store: { url: 'http://victoria.test', authorization: 'Bearer t' },
    })
    await expect(readAccess(folder, { FIREDRILL_METRICS_URL: 'victoria' })).rejects.toMatchObject({
      code: 'FD_STACK_SETTINGS',
    })
  })

  it('takes none that others may read, or that is too short', async () => {
    await folder.prepare()
    await chmod(folder.secretFile('prometheus'), 0o644)
    await expect(readAccess(folder)).rejects.toMatchObject({ code: 'FD_FILE_NOT_OURS' })
    await chmod(folder.secretFile('prometheus'), 0o600)
    await writeFile(folder.secretFile('prometheus'), 'short')
    await expect(readAccess(folder)).rejects.toMatchObject({ code: 'FD_SECRET_WEAK' })
  })
})
