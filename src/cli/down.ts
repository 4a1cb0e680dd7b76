import { type AddCommand, readContext } from './command.ts'
import { note, printJson } from './output.ts'

const SAID = {
  stopped: 'the stack is stopped',
  killed: 'control did not answer and was killed',
  'not up': 'no stack was up',
} as const

export const addDown: AddCommand = (program, signal) => {
  program
    .command('down')
    .summary('stop the stack')
    .description(
      'Stops the stack of this folder in order, and ends whatever an earlier one left running. Data and logs stay.',
    )
    .option('--purge', 'also remove the data, logs, journals and secrets of this folder, for good', false)
    .action(async (options: { purge: boolean }, command) => {
      const { folder, json } = readContext(command, signal)
      const { stopStack } = await import('./stop-stack.ts')
      const stopped = await stopStack(folder, options.purge)
      if (options.purge) {
        const { purge } = await import('../runtimes/native/purge.ts')
        await purge(folder)
      }
      if (json) return printJson({ ...stopped, purged: options.purge })
      note(SAID[stopped.how])
      if (stopped.leftovers.length > 0) note(`ended what was left running: ${stopped.leftovers.join(', ')}`)
      if (options.purge) note(`removed ${folder.path}`)
    })
}
