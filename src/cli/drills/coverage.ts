import { Option } from 'commander'
import { writeUserFile } from '../../base/files/user-output.ts'
import { parseRatio } from '../../base/units/ratio.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import { profiles } from '../../stack/profile.ts'
import { readWhole } from '../arguments/read-whole.ts'
import { type AddCommand, finish, readContext } from '../command.ts'
import { note, print, printJson, usesColour } from '../terminal/output.ts'

export const addCoverage: AddCommand = (program, signal) => {
  program
    .command('coverage')
    .summary('which alert fired for which fault, and which never did')
    .description(
      `The matrix fault × alert over the journals of drills, filled with the median time from injection to firing. Reports faults that no
alert saw, alerts that no drill ever fired, and alerts that fired unexpectedly. The alerts are those of the rules in the running stack's
Prometheus, or, when no stack is up, those of the rules that ship.`,
    )
    .argument('[journal...]', 'journal files; all of the state folder when left out')
    .option('--last <number>', 'only this number of the latest journals of the state folder')
    .option('--html <file>', 'also write the whole matrix as a page')
    .addOption(
      new Option('--profile <name>', "only runs of this profile; by default the latest run's").choices(
        Object.keys(profiles),
      ),
    )
    .option('--min-alerts <share>', 'exit with 3 when a smaller share of the alerts fired: 100%')
    .option('--system <file>', 'the rules of the Prometheus of this foreign system, and the runs on live clocks')
    .option('--min-faults <share>', 'exit with 3 when a smaller share of the faults was seen: 100%')
    .action((paths: string[], options: CoverageOptions, command) =>
      coverage(paths, options, readContext(command, signal)),
    )
}

interface CoverageOptions {
  html?: string
  last?: string
  profile?: string
  minAlerts?: string
  minFaults?: string
  system?: string
}

async function coverage(
  paths: string[],
  options: CoverageOptions,
  context: ReturnType<typeof readContext>,
): Promise<void> {
  const minimum = {
    alertRatio: readShare(options.minAlerts, '--min-alerts'),
    faultRatio: readShare(options.minFaults, '--min-faults'),
  }
  const last = readWhole('--last', options.last, 1)
  const { measureCoverage } = await import('../../workflows/measure-coverage.ts')
  const measured = await measureCoverage({ ...options, paths, last }, context)
  if (options.html !== undefined) {
    const { coverageHtml } = await import('../../reporters/coverage/html.ts')
    await writeUserFile(options.html, coverageHtml(measured))
    note(`page written to ${options.html}`)
  }
  const below = (['alertRatio', 'faultRatio'] as const).filter((name) => (measured[name] ?? 0) < minimum[name])
  if (below.length > 0) finish('deviated')
  if (context.json) return printJson({ ...measured, minimum, below })
  const { coverageLines } = await import('../../reporters/coverage/terminal.ts')
  for (const line of coverageLines(measured, { color: usesColour(process.stdout) })) print(line)
  for (const name of below) {
    print(`below the minimum: ${name === 'alertRatio' ? 'alerts' : 'faults'}, at least ${minimum[name] * 100} %`)
  }
}

/** 0 when no minimum is given. @throws FD_USAGE */
function readShare(given: string | undefined, where: string): number {
  if (given === undefined) return 0
  const share = parseRatio(given)
  if (share !== undefined) return share
  throw usageErrors.error('FD_USAGE', { message: 'not a share', where, expected: 'from 0% to 100%', given })
}
