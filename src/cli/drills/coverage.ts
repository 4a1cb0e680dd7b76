import { Option } from 'commander'
import { writeUserFile } from '../../base/files/user-output.ts'
import { parseRatio } from '../../base/units/ratio.ts'
import type { AlertingRule, Coverage } from '../../coverage/coverage.ts'
import { LIVE_PROFILE, profiles } from '../../stack/profile.ts'
import { choose } from '../arguments/choice.ts'
import { type AddCommand, type CommandContext, finish, readContext } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { note, print, printJson, usesColour } from '../terminal/output.ts'
import { readCount } from './report.ts'

/** Bound of the question to Prometheus, in milliseconds. */
const PROMETHEUS_TIMEOUT_MS = 15_000

interface CoverageOptions {
  html?: string
  last?: string
  profile?: string
  minAlerts?: string
  minFaults?: string
  system?: string
}

export const addCoverage: AddCommand = (program, signal) => {
  program
    .command('coverage')
    .summary('which alert fired for which fault, and which never did')
    .description(
      `The matrix fault × alert over the journals of drills, filled with the median time from injection to firing. Tells of faults nobody
saw, alerts no drill ever fired, and alerts that fired unasked. Alerts are those that the running stack's Prometheus has rules
for, or, when no stack is up, those of the rules that ship.`,
    )
    .argument('[journal...]', 'journal files; all of the state folder when left out')
    .option('--last <number>', 'only the latest so many of the state folder')
    .option('--html <file>', 'write the whole matrix as a page, too')
    .addOption(
      new Option('--profile <name>', "only runs of this profile; by default the latest run's").choices(
        Object.keys(profiles),
      ),
    )
    .option('--min-alerts <share>', 'exit with 3 when a smaller share of the alerts fired: 100%')
    .option(
      '--system <file>',
      'of a system that is not ours: the rules that its Prometheus has, and the runs on live clocks',
    )
    .option('--min-faults <share>', 'exit with 3 when a smaller share of the faults was seen: 100%')
    .action(async (paths: string[], options: CoverageOptions, command) => {
      const context = readContext(command, signal)
      const minimum = {
        alertRatio: readShare(options.minAlerts, '--min-alerts'),
        faultRatio: readShare(options.minFaults, '--min-faults'),
      }
      const coverage = await measure(paths, options, context)
      if (options.html !== undefined) {
        const { coverageHtml } = await import('../../reporters/coverage/html.ts')
        await writeUserFile(options.html, coverageHtml(coverage))
        note(`page written to ${options.html}`)
      }
      const below = (['alertRatio', 'faultRatio'] as const).filter((name) => (coverage[name] ?? 0) < minimum[name])
      if (below.length > 0) finish('deviated')
      if (context.json) return printJson({ ...coverage, minimum, below })
      const { coverageLines } = await import('../../reporters/coverage/terminal.ts')
      for (const line of coverageLines(coverage, { color: usesColour(process.stdout) })) print(line)
      for (const name of below) {
        print(`below the minimum: ${name === 'alertRatio' ? 'alerts' : 'faults'}, at least ${minimum[name] * 100} %`)
      }
    })
}

async function measure(paths: string[], options: CoverageOptions, context: CommandContext): Promise<Coverage> {
  const [{ readJournals }, { coverageOf }] = await Promise.all([
    import('../journal-file.ts'),
    import('../../coverage/coverage.ts'),
  ])
  const found = await readJournals(context.folder, paths, readCount(options.last, '--last'))
  const journals = found.map(({ journal }) => journal)
  const profile = options.profile ?? (options.system === undefined ? (journals.at(-1)?.profile ?? null) : LIVE_PROFILE)
  return coverageOf(journals, await readRules(profile, options.system, context), profile)
}

/** The alerting rules of the stack that is up; else those that would be rendered for the profile. */
async function readRules(
  profile: string | null,
  system: string | undefined,
  { folder, signal }: CommandContext,
): Promise<AlertingRule[]> {
  const { findStack } = await import('../../api/stack-files/control-file.ts')
  if (system !== undefined || (await findStack(folder)) !== undefined) {
    const { findPrometheus } = await import('../live-prometheus.ts')
    const rules = await (await findPrometheus(system, folder)).rules({ timeoutMs: PROMETHEUS_TIMEOUT_MS, signal })
    return rules.filter(({ alerts }) => alerts)
  }
  const { stackRules } = await import('../stack-rules.ts')
  const rules = await stackRules(choose(profiles, profile ?? 'lab', 'profile'), process.env)
  return rules.filter(({ alerts }) => alerts)
}

/** 0 when none is asked for. @throws FD_USAGE */
function readShare(given: string | undefined, where: string): number {
  if (given === undefined) return 0
  const share = parseRatio(given)
  if (share !== undefined) return share
  throw cliErrors.error('FD_USAGE', { message: 'not a share', where, expected: 'from 0% to 100%', given })
}
