import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { didYouMean } from '../base/file-problem.ts'
import type { Drill } from '../drills/drill.ts'
import { cliErrors } from './errors.ts'
import { packageFolder } from './version.ts'

/** A drill that ships can be named without its path, from anywhere: "store-crash". */
export function locateDrill(file: string): string {
  const shipped = join(packageFolder(), 'drills', `${file}.yaml`)
  return /^[\w-]+$/.test(file) && !existsSync(file) && existsSync(shipped) ? shipped : file
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
      ...(next === undefined ? {} : { next }),
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
