import { join } from 'node:path'
import { packageFolder } from './package-folder.ts'

/** How Firedrill starts a command of its own: as it was built, without the checks of bin/firedrill.js. */
export function ownProgram(): [string, string] {
  return [process.execPath, join(packageFolder(), 'dist', 'src', 'cli', 'run-main.js')]
}
