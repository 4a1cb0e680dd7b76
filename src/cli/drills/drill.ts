import { existsSync } from 'node:fs'
import { SYSTEM_FILE } from '../../runtimes/native/state/find-state.ts'
import { type AddCommand, readContext } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { note, printJson } from '../terminal/output.ts'

export const addDrill: AddCommand = (program, signal) => {
  const drill = program
    .command('drill')
    .summary('write a drill of your own')
    .description(
      'Drills are YAML files: docs/drill-files.md has all that may stand in one. firedrill ls drills lists those that ship.',
    )
  drill
    .command('new')
    .summary('write a drill to begin with')
    .description(
      'Writes a drill with comments, which runs as it is: a service is killed, and must be there again in time. Where there is a firedrill.yaml, the drill is for the first of its services that can be killed.',
    )
    .argument('<name>', 'name of the drill, for drills/NAME.yaml; or the path of the file')
    .action(async (name: string, _options, command) => {
      const { json } = readContext(command, signal)
      const path = drillPath(name)
      const [{ drillTemplate, foreignDrillTemplate }, { writeNewFile }, { readSystem }] = await Promise.all([
        import('../arguments/templates.ts'),
        import('../arguments/new-file.ts'),
        import('../../foreign/file/system-file.ts'),
      ])
      const title = titleOf(path)
      const text = existsSync(SYSTEM_FILE)
        ? foreignDrillTemplate(title, await readSystem(SYSTEM_FILE))
        : drillTemplate(title)
      await writeNewFile(path, text)
      if (json) printJson({ path })
      else note(`wrote ${path}; firedrill run ${path} --dry-run says what it would do`)
    })
}

/** drills/NAME.yaml for a name, as drills that ship have it. @throws FD_USAGE */
function drillPath(name: string): string {
  if (/^[\w-]+$/.test(name)) return `drills/${name}.yaml`
  if (/\.ya?ml$/.test(name) && !name.includes('\0')) return name
  throw cliErrors.error('FD_USAGE', {
    message: 'this names no drill',
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
