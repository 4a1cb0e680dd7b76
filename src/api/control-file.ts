import { createHash } from 'node:crypto'
import { mkdir, realpath, rm } from 'node:fs/promises'
import { readIfThere, writeAtomically } from '../base/files.ts'
import { identify, isSame, type ProcessIdentity } from '../base/process.ts'
import { claimName } from '../runtimes/native/claim.ts'
import type { StateFolder } from '../runtimes/native/state-folder.ts'
import { ControlClient } from './client.ts'
import { readComposeFile } from './compose-file.ts'
import { apiErrors } from './errors.ts'

/** What control.json holds while a control process runs. */
interface ControlFile {
  control: ProcessIdentity
  /** Of the API; absent in the first moments. */
  url?: string
}

/** The living control process of a folder; `undefined` when there is none. A file left behind by a dead one is not trusted. */
export async function findControl(folder: StateFolder): Promise<ControlFile | undefined> {
  const file = parse(await readIfThere(folder.control))
  return file !== undefined && isSame(file.control) ? file : undefined
}

/**
 * Makes this process the folder's control process, for as long as it lives or until it lets go.
 * @throws FD_STACK_UP when another one lives.
 */
export async function claimControl(
  folder: StateFolder,
): Promise<{ publish(url: string): Promise<void>; release(): Promise<void> }> {
  const own = identify(process.pid)
  if (own === undefined) throw new Error('this process does not find itself')
  await mkdir(folder.path, { recursive: true })
  const name = createHash('sha256')
    .update(await realpath(folder.path))
    .digest('hex')
    .slice(0, 16)
  const claim = await claimName(`stack-${name}`)
  const other = await findControl(folder)
  if (claim === 'taken' || other !== undefined) {
    if (claim !== 'taken') claim.release()
    throw apiErrors.error('FD_STACK_UP', {
      message: `a stack is up already${other?.url === undefined ? '' : ` at ${other.url}`}`,
      where: folder.path,
      ...(other === undefined ? {} : { given: `control process ${other.control.pid}` }),
      next: 'firedrill status to see it, firedrill down to stop it, --state FOLDER for a second stack',
    })
  }
  const write = (content: ControlFile) => writeAtomically(folder.control, JSON.stringify(content))
  await write({ control: own })
  return {
    publish: (url) => write({ control: own, url }),
    release: async () => {
      await rm(folder.control, { force: true })
      claim.release()
    },
  }
}

/** Where the stack of a folder is, whatever runs it; `undefined` when none is up. No URL in its first moments. */
export async function findStack(folder: StateFolder): Promise<{ url?: string } | undefined> {
  return (await findControl(folder)) ?? (await readComposeFile(folder))
}

/**
 * A client for the stack of this folder, with the operator's token.
 * @throws FD_STACK_NOT_UP
 */
export async function connectControl(folder: StateFolder): Promise<ControlClient> {
  const found = await findStack(folder)
  if (found?.url === undefined) {
    throw apiErrors.error('FD_STACK_NOT_UP', {
      message: found === undefined ? 'no stack is up here' : 'the stack has only just begun to start',
      where: folder.path,
      next: 'firedrill up, or --state FOLDER to name another stack',
    })
  }
  return new ControlClient(found.url, (await readIfThere(folder.secretFile('control')))?.trim())
}

function parse(text: string | undefined): ControlFile | undefined {
  try {
    const value = JSON.parse(text ?? '') as Partial<ControlFile>
    return Number.isInteger(value.control?.pid) && typeof value.control?.startedAt === 'string'
      ? (value as ControlFile)
      : undefined
  } catch {
    return undefined
  }
}
