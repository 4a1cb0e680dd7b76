import { accessSync, constants, lstatSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Why a file cannot be written at a path, as far as is seen without writing; `undefined` when nothing speaks against it. Folders
 * that are missing can be made.
 */
export function whyNotWritable(path: string): string | undefined {
  const there = look(path)
  if (there === 'link to nothing') return 'it is a symbolic link that leads nowhere'
  if (there?.isDirectory()) return 'it is a folder'
  // It would be replaced, and no longer be what it is.
  if (there !== undefined && !there.isFile()) return 'it is no file but a pipe, a socket or a device'
  let folder = dirname(resolve(path))
  while (true) {
    const found = look(folder)
    if (found !== undefined) {
      if (found === 'link to nothing' || !found.isDirectory()) return `${folder} is no folder`
      return mayWrite(folder) ? undefined : `nothing can be written to ${folder}`
    }
    folder = dirname(folder)
  }
}

function look(path: string) {
  try {
    const there = statSync(path, { throwIfNoEntry: false })
    if (there !== undefined) return there
    return lstatSync(path, { throwIfNoEntry: false }) === undefined ? undefined : 'link to nothing'
  } catch {
    // Below a folder that may not be passed: that one is found further up.
    return undefined
  }
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
