import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, relative } from 'node:path'
import { quoted } from '../../base/files/own-files.ts'
import { packageFolder } from '../../base/files/package-folder.ts'

/**
 * What a person types to call this very program again: `firedrill` when that name leads here, else the path that was used,
 * such as `bin/firedrill` in a clone. A wrapper that starts another file, as in the image, has the name already.
 */
export function ownCommand({ script, program, path, cwd }: Called): string {
  const own = real(program)
  if (own === undefined || real(script) !== own) return NAME
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder) && !folder.endsWith(OF_NPM))
  const first = folders.map((folder) => join(folder, NAME)).find(existsSync)
  if (first !== undefined && real(first) === own) return NAME
  const named = join(dirname(script), NAME)
  const below = relative(cwd, real(named) === own ? named : script)
  if (below.startsWith('..')) return real(named) === own ? named : script
  return below.includes('/') ? below : `./${below}`
}

const NAME = 'firedrill'
/** npm puts these on the path of what it starts; the person's terminal does not have them. */
const OF_NPM = join('node_modules', '.bin')

/** How this process was started: what decides which command a person can copy. */
export interface Called {
  /** `process.argv[1]`: the program's path, with symbolic links as they were given. */
  script: string
  /** The program of this package: `bin/firedrill.js`. */
  program: string
  path: string
  cwd: string
}

/** A text for people in which each command of Firedrill can be copied: `firedrill up` becomes `bin/firedrill up` in a clone. */
export function withOwnCommand(text: string, command: () => string = called): string {
  return text.includes(`${NAME} `) ? text.replaceAll(/(?<![\w./-])firedrill(?= (?:--)?[a-z])/g, () => command()) : text
}

let known: string | undefined
function called(): string {
  known ??= quoted(
    ownCommand({
      script: process.argv[1] ?? '',
      program: join(packageFolder(), 'bin', `${NAME}.js`),
      path: process.env.PATH ?? '',
      cwd: process.cwd(),
    }),
  )
  return known
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
