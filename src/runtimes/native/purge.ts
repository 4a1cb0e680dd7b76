import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfThere } from '../../base/files.ts'
import { runtimeErrors } from '../runtime.ts'
import { OPEN_FOLDER } from './components/prepare-postgres.ts'
import type { StateFolder } from './state-folder.ts'

/**
 * Removes all that a stack keeps: its state folder, and what PostgreSQL keeps elsewhere for it when run as root.
 * @throws FD_RUNTIME_UNSUPPORTED when the folder is not one of ours
 */
export async function purge(folder: StateFolder): Promise<void> {
  const id = (await readIfThere(folder.id))?.trim() ?? ''
  if (!/^[0-9a-f]{12}$/.test(id)) {
    throw runtimeErrors.error('FD_RUNTIME_UNSUPPORTED', {
      message: 'not removed: this is not the state folder of a stack',
      where: folder.path,
      expected: 'a folder that firedrill up has made',
    })
  }
  if (process.getuid?.() === 0) await rm(join(OPEN_FOLDER, id), { recursive: true, force: true })
  await rm(folder.path, { recursive: true, force: true })
}
