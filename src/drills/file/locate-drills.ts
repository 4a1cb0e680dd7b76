import { lstatSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { packageFolder } from '../../base/files/package-folder.ts'
import { didYouMean } from '../../base/text/near-name.ts'
import { drillErrors } from '../errors.ts'

/** Finds the files of drills by path or by name. */

/** Stands for every drill that ships. */
const ALL = 'all'

/** The files of the drills that were named, or of all that ship. @throws FD_DRILL_NOT_FOUND */
export function locateDrills(names: readonly string[]): string[] {
  return names.flatMap((name) => (name === ALL && !mayExist(name) ? shippedDrills() : locateDrill(name)))
}

/** Paths of the drills that ship. */
export function shippedDrills(): string[] {
  const folder = shippedFolder()
  return drillsIn(folder).map((name) => join(folder, `${name}.yaml`))
}

/** A drill that ships can be named without its path, from anywhere: "store-crash". @throws FD_DRILL_NOT_FOUND */
export function locateDrill(file: string): string {
  if (mayExist(file)) return file
  const folder = shippedFolder()
  const shipped = drillsIn(folder)
  if (shipped.includes(file)) return join(folder, `${file}.yaml`)
  const name = basename(file).replace(/\.ya?ml$/, '')
  const near = didYouMean(name, file === name ? shipped : drillsIn(dirname(file)))
  throw drillErrors.error('FD_DRILL_NOT_FOUND', {
    message: 'there is no such drill file',
    where: file,
    expected: 'the path of a drill, or the name of one that ships',
    next: file.includes('*')
      ? 'firedrill run all runs every drill that ships'
      : shipped.includes(name)
        ? `firedrill run ${name} runs the one that ships`
        : (near ?? 'firedrill ls drills'),
  })
}

function shippedFolder(): string {
  return join(packageFolder(), 'drills')
}

/** Whether a file exists, or cannot be looked at: then the error of reading it says why. */
function mayExist(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}

/** Names of the drills in a folder. */
function drillsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .flatMap((file) => (file.endsWith('.yaml') ? file.slice(0, -'.yaml'.length) : []))
      .sort()
  } catch {
    return []
  }
}
