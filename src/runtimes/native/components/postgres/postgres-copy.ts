import { chmod, cp, mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { componentErrors } from '../errors.ts'

/**
 * Copies PostgreSQL's programs with their libraries and shared files to where every user can read them, once.
 * @param binFolder real path of the folder that holds `postgres` and `initdb`
 * @param target folder of the copy; there is either no such folder or a whole copy
 * @returns the `bin` folder of the copy
 * @throws FD_POSTGRES_PREPARE when the installation is laid out so that it cannot be copied
 */
export async function copyPostgres(binFolder: string, target: string): Promise<string> {
  const copied = join(target, 'bin')
  if (await isThere(copied)) return copied
  const prefix = dirname(binFolder)
  if (basename(binFolder) !== 'bin' || !(await isThere(join(prefix, 'share')))) {
    throw componentErrors.error('FD_POSTGRES_PREPARE', {
      message: 'the user "nobody" cannot reach the PostgreSQL programs, and they cannot be copied from here',
      where: binFolder,
      expected: 'bin/, lib/ and share/ in one folder',
      next: 'make its parent folders passable for others (chmod o+x), or run firedrill as an ordinary user',
    })
  }
  // Two stacks may copy at the same moment: each into a folder of its own, and the first to finish is kept.
  const temporary = `${target}.${process.pid}.copying`
  await rm(temporary, { recursive: true, force: true })
  // Not the whole prefix: that might be a home folder.
  await mkdir(join(temporary, 'bin'), { recursive: true })
  // Independent of the umask.
  for (const folder of [temporary, join(temporary, 'bin')]) await chmod(folder, 0o755)
  for (const program of ['postgres', 'initdb']) {
    await cp(join(binFolder, program), join(temporary, 'bin', program), { dereference: true })
  }
  for (const folder of ['lib', 'share']) {
    if (!(await isThere(join(prefix, folder)))) continue
    await cp(join(prefix, folder), join(temporary, folder), { recursive: true, verbatimSymlinks: true })
  }
  try {
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    if (!(await isThere(copied))) throw error
  }
  return copied
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
