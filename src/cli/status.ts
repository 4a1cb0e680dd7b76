import { type AddCommand, finish, readContext } from './command.ts'
import { note, print, printJson } from './output.ts'

export const addStatus: AddCommand = (program, signal) => {
  program
    .command('status')
    .summary('show every part with its state')
    .description(
      'Shows every part of the stack with state, URL and restarts. Exits with 0 when all is healthy, else with 6.',
    )
    .action(async (_options, command) => {
      const { folder, json } = readContext(command, signal)
      const [{ connectControl }, { stackTable, isHealthy }] = await Promise.all([
        import('../api/control-file.ts'),
        import('./stack-table.ts'),
      ])
      const stack = await (await connectControl(folder)).stack()
      if (!isHealthy(stack)) finish('unavailable')
      if (json) return printJson(stack)
      for (const line of stackTable(stack, process.stdout)) print(line)
      for (const text of stack.notices) note(`! ${text}`)
    })
}
