import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { componentErrors } from '../errors.ts'

/** The value of LD_LIBRARY_PATH that finds the shared libraries unpacked in a component's folder. */
export async function libraryPath(folder: string): Promise<string> {
  if (/[:;]/.test(folder)) {
    throw componentErrors.error('FD_COMPONENT_FETCH', {
      message: 'the path of the cache cannot be put into LD_LIBRARY_PATH',
      expected: 'a path without ":" and ";"',
      given: folder,
      next: 'set FIREDRILL_CACHE to another folder',
    })
  }
  const found: string[] = []
  for (const parent of ['root/usr/lib', 'root/lib']) {
    const entries = await readdir(join(folder, parent)).catch(() => [])
    for (const entry of entries) if (entry.includes('-linux-gnu')) found.push(join(folder, parent, entry))
  }
  return found.join(':')
}
