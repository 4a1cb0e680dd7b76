import type { UnderWay } from '../../runtimes/native/state/under-way.ts'
import { type AddCommand, finish, readContext } from '../command.ts'
import { note, printJson } from '../terminal/output.ts'

export const addDown: AddCommand = (program, signal) => {
  program
    .command('down')
    .summary('stop the stack')
    .description(
      'Stops the stack of this folder in order, and ends every process that an earlier stack left running. Data and logs stay.',
    )
    .option('--purge', 'also remove the data, logs, journals and secrets of this folder, permanently', false)
    .option('-y, --yes', 'do not ask; without a terminal there is no question', false)
    .addHelpText(
      'after',
      `
A run that is under way ends as aborted (exit 5), and its journal says that the stack was stopped during it.
--purge removes by name what a stack has made, and the folder if nothing else is in it; it lists what it leaves.
`,
    )
    .action(async ({ purge, yes }: DownOptions, command) => {
      const { folder, json } = readContext(command, signal)
      if (purge && !yes && !(await mayPurge(folder.path, signal))) {
        note('nothing was stopped or removed')
        return finish('aborted')
      }
      const [{ stopStack }, { underWay }] = await Promise.all([
        import('../../api/stack/stop-stack.ts'),
        import('../../runtimes/native/state/under-way.ts'),
      ])
      const under = underWay(folder).filter(({ elsewhere }) => elsewhere !== true)
      if (under.length > 0 && !yes && !(await mayStop(under, signal))) {
        note('nothing was stopped')
        return finish('aborted')
      }
      for (const run of under) note(`stopped during ${named(run)}`)
      const stopped = await stopStack(folder, { purge, onLine: note })
      const removed = purge ? await (await import('../../runtimes/native/state/purge.ts')).purge(folder) : undefined
      if (json)
        return printJson({
          ...stopped,
          under: under.map(({ kind, name, process: of }) => ({ kind, name, pid: of.pid })),
          purged: purge,
          ...(removed === undefined ? {} : { left: removed.left }),
        })
      note(OUTCOMES[stopped.how])
      if (stopped.leftovers.length > 0) note(`ended leftover processes: ${stopped.leftovers.join(', ')}`)
      if (removed === undefined) return
      if (removed.removed) note(`removed ${folder.path}`)
      if (removed.left.length > 0) note(`left files that no stack of this folder has made: ${removed.left.join(', ')}`)
    })
}

const OUTCOMES = {
  stopped: 'the stack is stopped',
  killed: 'control did not answer and was killed',
  'not up': 'no stack was up',
} as const

interface DownOptions {
  purge: boolean
  yes: boolean
}

/** Asks the person at the terminal. A script is not asked: it has given its options, and only what a stack has made is removed. */
async function mayPurge(path: string, signal: AbortSignal): Promise<boolean> {
  return ask(`Remove data, logs, journals and secrets in ${path} permanently?`, signal)
}

async function mayStop(under: readonly UnderWay[], signal: AbortSignal): Promise<boolean> {
  return ask(`Under way here: ${under.map(named).join('; ')}. Stop the stack all the same?`, signal)
}

function named({ kind, name, process: of }: UnderWay): string {
  return `the ${kind} ${name} (process ${of.pid})`
}

async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return true
  const { confirm } = await import('../terminal/confirm.ts')
  return confirm(question, { input: process.stdin, output: process.stderr, signal })
}
