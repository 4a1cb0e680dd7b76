import { basename } from 'node:path'
import { type ComponentName, definitionOf } from './all/components.ts'

/** Commands and settings that would make components available, for people; one a line. */
export function helpFor(names: readonly ComponentName[], platform: NodeJS.Platform): string[] {
  const definitions = names.map(definitionOf)
  const lines: string[] = []
  if (platform !== 'darwin') lines.push(`sudo apt-get install ${definitions.map(({ help }) => help.apt).join(' ')}`)
  // Homebrew is on Linux too, but only on macOS is it the first thing to try.
  lines.push(`brew install ${definitions.map(({ help }) => help.brew).join(' ')}`)
  for (const { help, variable } of definitions) {
    if (help.docker === undefined || platform !== 'linux') continue
    const { image, program } = help.docker
    const file = `./${basename(program)}`
    lines.push(
      `docker run --rm --entrypoint cat ${image} ${program} > ${file} && chmod +x ${file} && export ${variable}=$PWD/${basename(program)}`,
    )
  }
  for (const { variable, commands } of definitions) {
    lines.push(`or name an installed program: ${variable}=/path/to/${commands[0]}`)
  }
  return lines
}
