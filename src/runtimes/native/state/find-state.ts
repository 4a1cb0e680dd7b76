import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { StateFolder } from './state-folder.ts'

/** Default name of a state folder. */
export const STATE_NAME = '.firedrill'

/** Default name of a system's description. A folder with such a file has a system of its own: stacks above it are ignored. */
export const SYSTEM_FILE = 'firedrill.yaml'

/**
 * The state folder when none is given: the one in this folder, else the nearest one in a folder above that belongs to a stack of
 * this user, else a new one in this folder. Folders of other users are ignored, and so are those above the folder of a system
 * file. Returns an absolute path.
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
