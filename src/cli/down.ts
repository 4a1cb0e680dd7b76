import { type AddCommand, readContext } from './command.ts'
import { note, printJson } from './output.ts'

export const addDown: AddCommand = (program, signal) => {
  program
    .command('down')
    .summary('stop the stack')
    .description(
      'Stops the stack of this folder in order, and ends whatever an earlier one left running. Data and logs stay.',
    )
    .action(async (_options, command) => {
      const { folder, json } = readContext(command, signal)
      const { stopStack } = await import('./stop-stack.ts')
      const stopped = await stopStack(folder)
      if (json) return printJson(stopped)
      const said = {
        stopped: 'the stack is stopped',
        killed: 'control did not answer and was killed',
        'not up': 'no stack was up',
      }
      note(said[stopped.how])
      if (stopped.leftovers.length > 0) note(`ended what was left running: ${stopped.leftovers.join(', ')}`)
    })
}
