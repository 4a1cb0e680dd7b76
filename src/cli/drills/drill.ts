import { existsSync } from 'node:fs'
import { shellWord } from '../../base/text/shell-word.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import { SYSTEM_FILE } from '../../runtimes/native/state/find-state.ts'
import { type AddCommand, readContext } from '../command.ts'
import { note, printJson } from '../terminal/output.ts'

export const addDrill: AddCommand = (program, signal) => {
  const drill = program
    .command('drill')
    .summary('write a drill of your own')
    .description(
      'Drills are YAML files; docs/drill-files.md describes them. firedrill ls drills lists those that ship.',
    )
  drill
    .command('new')
    .summary('write a first drill')
    .description(
      'Writes a drill with comments, which runs as it is: it kills a service, which must be back in time. With a firedrill.yaml, the drill is for the first of its services that can be killed; its comments say what to correct.',
    )
    .argument('<name>', 'name of the drill, for drills/NAME.yaml; or the path of the file')
    .action(async (name: string, _options, command) => {
      const { json } = readContext(command, signal)
      const path = drillPath(name)
      const [{ drillTemplate }, { foreignDrillTemplate }, { writeNewFile }, { readSystem }] = await Promise.all([
        import('../../drills/file/drill-template.ts'),
        import('../../foreign/file/drill-template.ts'),
        import('../arguments/new-file.ts'),
        import('../../foreign/file/system-file.ts'),
      ])
      const title = titleOf(path)
      const isForeign = existsSync(SYSTEM_FILE)
      const text = isForeign ? foreignDrillTemplate(title, await readSystem(SYSTEM_FILE)) : drillTemplate(title)
      await writeNewFile(path, text)
      if (json) printJson({ path })
      else note(`wrote ${path}; ${dryRunOf(path, isForeign)} shows what it would do`)
    })
}

/** A system that is not ours is always named. */
export function dryRunOf(path: string, isForeign: boolean): string {
  return `firedrill run ${shellWord(path)} ${isForeign ? `--system ${SYSTEM_FILE} ` : ''}--dry-run`
}

/** The path of a new drill: drills/NAME.yaml for a name, as for drills that ship. @throws FD_USAGE */
function drillPath(name: string): string {
  if (/^[\w-]+$/.test(name)) return `drills/${name}.yaml`
  if (/\.ya?ml$/.test(name) && !name.includes('\0')) return name
  throw usageErrors.error('FD_USAGE', {
    message: 'this is not the name of a drill',
    where: 'firedrill drill new',
    expected: 'a name of letters, digits, - and _, or a path that ends with .yaml',
    given: name,
  })
}

/** "my-store-crash.yaml" → "My store crash" */
function titleOf(path: string): string {
  const words = path
    .replace(/^.*\//s, '')
    .replace(/\.ya?ml$/, '')
    .replaceAll(/[-_]+/g, ' ')
    .trim()
  return words === '' ? 'A drill' : words.charAt(0).toUpperCase() + words.slice(1)
}
