import { type AddCommand, finish, readContext } from './command.ts'
import { note, paint, print, printJson } from './output.ts'

export const addStatus: AddCommand = (program, signal) => {
  program
    .command('status')
    .summary('show every part with its state')
    .description(
      'Shows every part of the stack with state, URL and restarts, and what is wrong with control itself: a full disk, for example.\nExits with 0 when all is healthy, else with 6.',
    )
    .action(async (_options, command) => {
      const { folder, json } = readContext(command, signal)
      const [{ connectControl }, { stackTable, isHealthy }, { Lever }, { haltLine }, { formatDuration }] =
        await Promise.all([
          import('../api/control-file.ts'),
          import('./stack-table.ts'),
          import('../runtimes/native/lever.ts'),
          import('./halt-line.ts'),
          import('../base/duration.ts'),
        ])
      const here = new Lever(folder.path).read()
      // Told also where no stack is up.
      if (here !== undefined && !json) note(haltLine(here))
      const stack = await (await connectControl(folder)).stack()
      if (here === undefined && stack.halted !== null && !json) note(haltLine(stack.halted))
      if (!isHealthy(stack)) finish('unavailable')
      if (json) return printJson(stack)
      for (const line of stackTable(stack, process.stdout)) print(line)
      for (const { text, sinceMs } of stack.troubles)
        note(`${paint(process.stderr, 'red', '✘')} ${text} (for ${formatDuration(Math.max(0, Date.now() - sinceMs))})`)
      for (const text of stack.notices) note(`! ${text}`)
    })
}
