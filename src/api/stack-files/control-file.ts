import { rm } from 'node:fs/promises'
import type { FiredrillError } from '../../base/errors.ts'
import { writeAtomically } from '../../base/files/files.ts'
import { IN_STATE, readOwnFile, thisUser } from '../../base/files/own-files.ts'
import { identify, isSame, ownerOf, type ProcessIdentity } from '../../base/system/process.ts'
import { lockFile } from '../../runtimes/native/state/lock.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { apiErrors } from '../errors.ts'
import { readComposeFile } from './compose-file.ts'
import { readKubernetesFile, refuseBesideCluster } from './kubernetes-file.ts'
import { isOnThisMachine } from './on-this-machine.ts'

/** control.json: which process controls the stack of a folder. */

/** What control.json holds while a control process runs. */
interface ControlFile {
  control: ProcessIdentity
  /** Of the API; absent in the first moments. */
  url?: string
}

/**
 * The living control process of a folder; `undefined` when there is none. A file left behind by a dead one is not trusted, nor one
 * that names a process of another user.
 * @throws FD_FILE_NOT_OURS when the file is another user's
 */
export async function findControl(folder: StateFolder): Promise<ControlFile | undefined> {
  const file = parse(readOwnFile(folder.control, { remedy: IN_STATE }))
  return file !== undefined && isAlive(file) ? file : undefined
}

/** Whether the process that the file names still runs, and is this user's. */
export function isAlive({ control }: ControlFile): boolean {
  const owner = ownerOf(control.pid)
  return isSame(control) && (owner === undefined || owner === thisUser()?.uid)
}

/**
 * Makes this process the folder's control process, for as long as it lives or until it lets go. The folder must be established.
 * @throws FD_STACK_UP when another one lives.
 */
export async function claimControl(
  folder: StateFolder,
): Promise<{ publish(url: string): Promise<void>; release(): Promise<void> }> {
  const own = identify(process.pid)
  if (own === undefined) throw new Error('this process does not find itself')
  const write = (content: ControlFile) => writeAtomically(folder.control, JSON.stringify(content), 0o600)
  refuseBesideCluster(folder)
  const lock = lockFile(folder.lock)
  const letGo = () => lock !== 'taken' && lock.release()
  try {
    const other = await findControl(folder)
    if (lock === 'taken' || other !== undefined) throw stackUp(folder, other)
    await write({ control: own })
  } catch (error) {
    letGo()
    throw error
  }
  return {
    publish: (url) => write({ control: own, url }),
    release: () => rm(folder.control, { force: true }).finally(letGo),
  }
}

function stackUp(folder: StateFolder, other: ControlFile | undefined): FiredrillError {
  return apiErrors.error('FD_STACK_UP', {
    message: `a stack is up already${other?.url === undefined ? '' : ` at ${other.url}`}`,
    where: folder.path,
    ...(other === undefined ? {} : { given: `control process ${other.control.pid}` }),
    next: 'firedrill status to see it, firedrill down to stop it, --state FOLDER for a second stack',
  })
}

/** Where the stack of a folder is, on any runtime; `undefined` when none is up. No URL in its first moments, and in a cluster. */
export async function findStack(folder: StateFolder): Promise<{ url?: string } | undefined> {
  const here = (await findControl(folder)) ?? readComposeFile(folder)
  // In a cluster there is no control, and so no URL.
  return here ?? (readKubernetesFile(folder)?.isUp === true ? {} : undefined)
}

function parse(text: string | undefined): ControlFile | undefined {
  try {
    const value = JSON.parse(text ?? '') as Partial<ControlFile>
    return Number.isInteger(value.control?.pid) &&
      typeof value.control?.startedAt === 'string' &&
      (value.url === undefined || isOnThisMachine(value.url))
      ? (value as ControlFile)
      : undefined
  } catch {
    return undefined
  }
}
