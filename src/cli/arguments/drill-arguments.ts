import { lstatSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { defined } from '../../base/defined.ts'
import { packageFolder } from '../../base/files/package-folder.ts'
import { didYouMean } from '../../base/text/near-name.ts'
import { drillErrors } from '../../drills/errors.ts'
import type { Drill } from '../../drills/file/drill.ts'
import { cliErrors } from '../errors.ts'

/** Stands for every drill that ships. */
const ALL = 'all'

/** The files of the drills that were named, or of all that ship. @throws FD_DRILL_NOT_FOUND */
export function locateDrills(names: readonly string[]): string[] {
  const folder = join(packageFolder(), 'drills')
  return names.flatMap((name) =>
    name === ALL && !mayBeThere(name) ? drillsIn(folder).map((one) => join(folder, `${one}.yaml`)) : locateDrill(name),
  )
}

/** A drill that ships can be named without its path, from anywhere: "store-crash". @throws FD_DRILL_NOT_FOUND */
export function locateDrill(file: string): string {
  if (mayBeThere(file)) return file
  const folder = join(packageFolder(), 'drills')
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

/** Whether something is there, or cannot be looked at: then whoever reads it says why. */
function mayBeThere(file: string): boolean {
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
      .flatMap((one) => (one.endsWith('.yaml') ? one.slice(0, -'.yaml'.length) : []))
      .sort()
  } catch {
    return []
  }
}

/** Reads `--set name=value`, as often as it was given; the last one of a name counts. @throws FD_USAGE */
export function readSettings(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([\w-]+)=(.*)$/s.exec(text) ?? []
      if (name !== undefined && value !== undefined) return [name, value]
      throw cliErrors.error('FD_USAGE', {
        message: 'not usable',
        where: '--set',
        expected: 'name=value, for example users=50',
        given: text,
      })
    }),
  )
}

/** A parameter that none of the drills has is a slip. @throws FD_USAGE */
export function checkSettings(settings: Readonly<Record<string, string>>, drills: readonly Drill[]): void {
  const known = [...new Set(drills.flatMap(({ parameters }) => Object.keys(parameters)))]
  for (const name of Object.keys(settings)) {
    if (known.includes(name)) continue
    const next = didYouMean(name, known)
    throw cliErrors.error('FD_USAGE', {
      message: `unknown parameter "${name}"`,
      where: '--set',
      expected: known.length === 0 ? 'nothing: no drill that was named has parameters' : `one of ${known.join(', ')}`,
      ...defined({ next }),
    })
  }
}

/** A whole number from `least`; undefined when the option was left out. @throws FD_USAGE */
export function readWhole(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw cliErrors.error('FD_USAGE', {
    message: 'not usable',
    where: option,
    expected: `a whole number from ${least}`,
    given: text,
  })
}
