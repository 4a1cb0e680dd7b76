import { chmod, lstat, mkdir, readdir, realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { FiredrillError } from '../../base/errors.ts'
import { lackOf } from '../../base/system/lack.ts'
import { systemError } from '../../base/system/system-error.ts'
import { STATE_NAME } from './state/find-state.ts'
import { STATE_ENTRIES, StateFolder } from './state/state-folder.ts'

/** Which folder may become the state folder of a stack. */

/** Files that take the place of others in one step have such names until then; kill -9 may leave one. */
const TEMPORARY = /\.(\d+-[0-9a-f]{8}\.)?tmp$/

/**
 * Makes a folder the state folder of a stack, unless it is one, and closes it to others. Returns the stack's lasting id. A folder
 * with other content is never taken: it must be empty, or have an id of ours.
 * @throws FD_STATE_FOLDER, FD_FILE_NOT_OURS, FD_SYSTEM_DISK, FD_SYSTEM_LIMIT
 */
export async function establish(folder: StateFolder): Promise<string> {
  folder.check()
  try {
    await refusePlace(folder)
    // Its parents with the usual mode, itself closed to others.
    await mkdir(dirname(folder.path), { recursive: true })
    await mkdir(folder.path, { mode: folder.mode }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    folder.check()
    if (folder.knownId() === undefined) {
      refuseStrangers(folder, await readdir(folder.path))
      await refuseNested(folder)
    }
    if (((await lstat(folder.path)).mode & 0o7777) !== folder.mode) await chmod(folder.path, folder.mode)
    const id = await folder.identify()
    await folder.makeRecords()
    return id
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (error instanceof FiredrillError || code === undefined) throw error
    // Nothing is wrong with the folder: the disk is full, or this process has reached a limit.
    if (lackOf(error) !== undefined) throw systemError(Object.assign(error as Error, { path: folder.path })) ?? error
    throw folder.refusal(`it cannot be made or written to (${code})`, error)
  }
}

/** Whether a name in a state folder is one that Firedrill gives. */
export function isOurs(name: string): boolean {
  return (Object.values(STATE_ENTRIES) as string[]).includes(name.replace(TEMPORARY, ''))
}

async function refusePlace(folder: StateFolder): Promise<void> {
  const path = await realpath(folder.path).catch(() => folder.path)
  if (path === dirname(path)) throw folder.refusal('it is the root of the file system')
  const homes = [homedir(), process.env.HOME].flatMap((home) => (home === undefined || home === '' ? [] : [home]))
  for (const home of homes) {
    if (path === (await realpath(home).catch(() => home))) throw folder.refusal('it is a home folder')
  }
}

function refuseStrangers(folder: StateFolder, entries: readonly string[]): void {
  const strangers = entries.filter((name) => !isOurs(name))
  // A folder of the default name with only our names in it is ours, also from before each had an `id`.
  if (entries.length === 0 || (strangers.length === 0 && basename(folder.path) === STATE_NAME)) return
  // A start that was killed at the very beginning leaves only this.
  if (entries.every((name) => name.startsWith('id.') && TEMPORARY.test(name))) return
  const named = strangers.length > 0 ? strangers : entries
  const more = named.length > 3 ? ` and ${named.length - 3} more` : ''
  throw folder.refusal(`it is not empty and has no \`id\` of a stack: ${named.slice(0, 3).join(', ')}${more}`)
}

async function refuseNested(folder: StateFolder): Promise<void> {
  const path = await realpath(folder.path)
  for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
    const outer = new StateFolder(above)
    const isState = await lstat(join(above, STATE_ENTRIES.secrets)).then(
      (stat) => stat.isDirectory(),
      () => false,
    )
    if (!isState) continue
    let id: string | undefined
    try {
      id = outer.knownId()
    } catch {
      // Of another user: it is not trusted, and does not matter.
    }
    if (id !== undefined) throw folder.refusal(`it is inside the state folder of another stack, ${above}`)
  }
}
