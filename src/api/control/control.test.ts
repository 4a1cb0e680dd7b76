import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { profiles } from '../../stack/profile.ts'
import { startControl } from './control.ts'

it('says why the stack did not come up, also when not everything can be ended', async () => {
  const folder = new StateFolder(join(await mkdtemp(join(tmpdir(), 'fd-start-')), 'state'))
  const starting = startControl({
    folder,
    profile: profiles.lab,
    version: '0.0.0',
    consoleFolder: '/nowhere',
    closed: false,
    prepare: async () => {
      // A file that is removed at the end cannot be removed now.
      await rm(folder.control)
      await mkdir(folder.control)
      throw new Error('the real reason')
    },
  })
  await expect(starting).rejects.toThrow('the real reason')
  await rm(join(folder.path, '..'), { recursive: true })
})
