import type { Command } from 'commander'
import { SYSTEM_FILE } from '../../../runtimes/native/state/find-state.ts'
import { finish, readContext } from '../../command.ts'
import { hangingLines } from '../../terminal/hanging-lines.ts'
import { paint, print, printJson } from '../../terminal/output.ts'

/** `firedrill system undo` */
export function addUndo(system: Command, signal: AbortSignal): void {
  system
    .command('undo')
    .summary('put back what faults have changed in the clusters of a system')
    .description(
      'Finds each change of a workload that is in force in the namespaces of the file, or was left by a run that was killed, and puts it back,\nno matter who has made it. A fault of a run that is under way ends then. Exits with 6 when something could not be put back.',
    )
    .argument('[file]', 'the description', SYSTEM_FILE)
    .action(async (file: string, _options: unknown, own: Command) => {
      const { json } = readContext(own, signal)
      const [{ readSystem }, { undoSystem }] = await Promise.all([
        import('../../../foreign/file/system-file.ts'),
        import('../../../foreign/kubernetes/undo/undo-system.ts'),
      ])
      const undone = await undoSystem(await readSystem(file))
      if (undone.some(({ changed }) => changed === undefined)) finish('unavailable')
      if (json) return printJson({ undone })
      if (undone.length === 0) print('nothing is in force, and nothing was left')
      for (const { what, changed, detail } of undone) {
        const [sign, colour] = changed === undefined ? (['✘', 'red'] as const) : (['✔', 'green'] as const)
        const [first = '', ...more] = [...hangingLines(`${sign} `, what), ...hangingLines('  ', detail)]
        print(paint(process.stdout, colour, sign) + first.slice(sign.length))
        for (const line of more) print(line)
      }
    })
}
