import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { didYouMean } from '../../base/text/near-name.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import { type AddCommand, readContext } from '../command.ts'
import { printJson, write } from '../terminal/output.ts'

export const addLogs: AddCommand = (program, signal) => {
  program
    .command('logs')
    .summary("show a part's log")
    .description(
      'Shows the last lines of the logs of a part ("store"), of one replica ("store-1") or of all; also after the stack is down.',
    )
    .argument('[part]', 'a part or a replica; all when left out')
    .option('-n, --lines <count>', 'how many lines of each log', parseLines, 50)
    .option('-f, --follow', 'go on printing what is added, until Ctrl-C', false)
    .action(async (part: string | undefined, options: { lines: number; follow: boolean }, command) => {
      const { folder, json } = readContext(command, signal)
      const { tailLog, followLog } = await import('../../runtimes/native/process/log-file.ts')
      const names = await logNames(join(folder.path, 'logs'))
      const chosen =
        part === undefined ? names : names.filter((name) => name === part || name.replace(/-\d+$/, '') === part)
      if (chosen.length === 0) {
        throw usageErrors.error('FD_USAGE', {
          message: part === undefined ? 'there are no logs here yet' : `there is no log of "${part}"`,
          where: folder.path,
          ...(names.length === 0
            ? { next: 'firedrill up' }
            : {
                expected: `one of ${names.join(', ')}`,
                next: didYouMean(part ?? '', namesToType(names)) ?? 'firedrill logs',
              }),
        })
      }
      // As it is in the log; terminal commands in it are made visible.
      const show = (name: string, line: string) =>
        write(process.stdout, `${chosen.length > 1 ? `${name} | ` : ''}${line}\n`)
      const tails = await Promise.all(
        chosen.map(async (name) => [name, await tailLog(folder.log(name), options.lines)] as const),
      )
      if (json) return printJson(Object.fromEntries(tails))
      for (const [name, lines] of tails) for (const line of lines) show(name, line)
      if (options.follow) {
        await Promise.all(chosen.map((name) => followLog(folder.log(name), (line) => show(name, line), signal)))
      }
    })
}

/** Of a service's replicas, the service too. */
function namesToType(names: readonly string[]): string[] {
  return [...names.map((name) => name.replace(/-\d+$/, '')), ...names]
}

async function logNames(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => [])
  return files
    .filter((file) => file.endsWith('.log'))
    .map((file) => file.slice(0, -'.log'.length))
    .sort()
}

function parseLines(text: string): number {
  const lines = Number(text)
  if (Number.isInteger(lines) && lines >= 1 && lines <= 10_000) return lines
  throw new InvalidArgumentError('expected a whole number from 1 to 10000.')
}
