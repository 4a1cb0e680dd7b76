import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { StateFolder } from './state-folder.ts'

/** Name of a state folder that nobody named. */
export const STATE_NAME = '.firedrill'

/** Name of a system's description that nobody named. Who has such a file has a system of their own: no stack above it is meant. */
export const SYSTEM_FILE = 'firedrill.yaml'

/**
 * The state folder that is meant where none is named: the one here, else the nearest one in a folder above that a stack of this
 * user has, else the one here that is still to be made. What is somebody else's is passed over, and what is above the folder of
 * a system file. An absolute path.
 */
export function findStateFolder(from: string): string {
  const start = resolve(from)
  const here = join(start, STATE_NAME)
  if (existsSync(here)) return here
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, STATE_NAME)
    if (isStacks(candidate)) return candidate
    if (existsSync(join(folder, SYSTEM_FILE)) || folder === dirname(folder)) return here
  }
}

function isStacks(path: string): boolean {
  if (!existsSync(path)) return false
  try {
    const folder = new StateFolder(path)
    folder.check()
    return folder.knownId() !== undefined
  } catch {
    return false
  }
}
