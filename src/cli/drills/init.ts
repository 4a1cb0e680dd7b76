import { basename, resolve } from 'node:path'
import { SYSTEM_FILE } from '../../runtimes/native/state/find-state.ts'
import { systemName } from '../arguments/system-name.ts'
import { type AddCommand, readContext } from '../command.ts'
import { note, printJson } from '../terminal/output.ts'

export const addInit: AddCommand = (program, signal) => {
  program
    .command('init')
    .summary('describe a system of your own: write a firedrill.yaml')
    .description(
      'Writes a description of a foreign system, with comments: where its Prometheus and Alertmanager are, its services, and how each is started. Correct it, then: firedrill system check.',
    )
    .argument('[file]', 'the description', SYSTEM_FILE)
    .action(async (file: string, _options, command) => {
      const { json } = readContext(command, signal)
      const [{ systemTemplate }, { writeNewFile }] = await Promise.all([
        import('../../foreign/file/system-template.ts'),
        import('../arguments/new-file.ts'),
      ])
      await writeNewFile(file, systemTemplate(systemName(basename(resolve(file, '..')))))
      if (json) printJson({ path: file })
      else note(`wrote ${file}; correct it, then: firedrill system check${file === SYSTEM_FILE ? '' : ` ${file}`}`)
    })
}
