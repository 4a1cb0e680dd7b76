import { lstat, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runtimeErrors } from '../../runtime.ts'
import { OPEN_FOLDER } from '../components/postgres/prepare-postgres.ts'
import { belongsTo } from '../components/postgres/stack-place.ts'
import { isOurs } from '../establish.ts'
import { lockFile } from './lock.ts'
import { STATE_ENTRIES, type StateFolder } from './state-folder.ts'

/** Removes what a stack keeps. */

/** Removed last, so that an interrupted purge can be repeated: they show who may purge. */
const LAST: readonly string[] = [STATE_ENTRIES.lock, STATE_ENTRIES.id]

export interface Purged {
  /** Whether the folder itself is gone. */
  removed: boolean
  /** What is left, since no stack has made it: paths, the folder's entries by name. */
  left: string[]
}

/**
 * Removes what a stack keeps, by name: entries of its state folder, then the folder if it is empty, and what PostgreSQL keeps
 * elsewhere for this very folder when run as root. A symbolic link is removed, not what it leads to.
 * @throws FD_RUNTIME_UNSUPPORTED when the folder is not one of ours, or its stack is up; FD_FILE_NOT_OURS
 */
export async function purge(folder: StateFolder, openFolder = OPEN_FOLDER): Promise<Purged> {
  folder.check()
  const id = folder.knownId()
  if (id === undefined) {
    throw runtimeErrors.error('FD_RUNTIME_UNSUPPORTED', {
      message: 'not removed: this is not the state folder of a stack',
      where: folder.path,
      expected: 'a folder that firedrill up has made',
    })
  }
  const lock = lockFile(folder.lock)
  if (lock === 'taken') {
    throw runtimeErrors.error('FD_RUNTIME_UNSUPPORTED', {
      message: 'not removed: its stack is up, or coming up',
      where: folder.path,
      next: 'firedrill down',
    })
  }
  try {
    const left: string[] = []
    const place = join(openFolder, id)
    if (process.getuid?.() === 0 && (await isThere(place))) {
      if (await belongsTo(place, folder.path)) await rm(place, { recursive: true, force: true })
      else left.push(place)
    }
    const ours = (await readdir(folder.path)).filter(isOurs)
    for (const name of [...ours.filter((one) => !LAST.includes(one)), ...LAST])
      await rm(join(folder.path, name), { recursive: true, force: true })
    left.push(...(await readdir(folder.path)))
    const removed = await rmdir(folder.path).then(
      () => true,
      () => false,
    )
    return { removed, left }
  } finally {
    lock.release()
  }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
