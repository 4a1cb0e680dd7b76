import { basename } from 'node:path'
import { Option } from 'commander'
import { messageOf } from '../../base/errors.ts'
import { parseDuration } from '../../base/units/duration.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import type { Journal } from '../../drills/journal/journal.ts'
import type { Environment } from '../../drills/journal/schema/safety.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { underWay } from '../../runtimes/native/state/under-way.ts'
import { profiles } from '../../stack/profile.ts'
import type { PreparedRuns } from '../../workflows/prepare-runs.ts'
import { collect } from '../arguments/collect.ts'
import { readSettings } from '../arguments/read-settings.ts'
import { readWhole } from '../arguments/read-whole.ts'
import { type AddCommand, type CommandContext, finish, readContext } from '../command.ts'
import { note, print, printJson, write, writeDocument } from '../terminal/output.ts'

export const addRun: AddCommand = (program, signal) => {
  program
    .command('run')
    .summary('run drills and report the verdict')
    .description(
      'Runs drills one after the other on the stack that is up, or on a stack that is started for them and stopped afterwards.\nShows each stage as it happens, prints the verdict with measured times and writes a journal for each drill.',
    )
    .argument(
      '<drill...>',
      'drill files, or names of drills that ship (firedrill ls drills); all: every drill that ships',
    )
    .option(
      '--seed <number>',
      'seed of all that is random; when left out, that of the drill file, or a new one, which is printed',
    )
    .option('--set <name=value>', 'value of a parameter of the drills; repeatable', collect, [])
    .option('--repeat <n>', 'run each drill this number of times, and show how the times are spread', '1')
    .option('--fail-fast', 'end after the first drill that did not hold', false)
    .option('--dry-run', 'only show what would be done, and what can never hold; needs no stack', false)
    .addOption(
      new Option('--profile <name>', 'profile of a stack that has to be started, or of a dry run without a stack')
        .default('lab')
        .choices(Object.keys(profiles)),
    )
    .option(
      '--report <form=file>',
      'write a report: junit=out.xml, html=out.html, markdown=out.md, json=out.json; repeatable; - is stdout',
      collect,
      [],
    )
    .option('--wait <time>', 'how long to wait for another run on the system; without it, until that run is over')
    .option('--no-wait', 'do not wait for another run on the system: exit 6')
    .option('--keep', 'leave a stack that was started for the drills up', false)
    .option(
      '--busy',
      'run on a busy machine all the same: bounds widen by the lateness that is measured, and the verdict says so',
      false,
    )
    .addOption(new Option('--id <id>', 'by which control knows the run that it has started').hideHelp())
    .option('--system <file>', 'run the drills on the system that the file describes; see docs/foreign-systems.md')
    .addOption(
      new Option(
        '--environment <name>',
        'environment of the system, which its description must have too; on production it is required, here or at the prompt',
      ).choices([...ENVIRONMENTS]),
    )
    .addHelpText('after', HELP)
    .action((files: string[], options: RunOptions, command) => run(files, options, readContext(command, signal)))
}

const ENVIRONMENTS: readonly Environment[] = ['lab', 'staging', 'production']

interface RunOptions {
  seed?: string
  set: string[]
  repeat: string
  failFast: boolean
  dryRun: boolean
  profile: string
  keep: boolean
  busy: boolean
  id?: string
  report: string[]
  environment?: string
  system?: string
  /** A time; false for `--no-wait`. */
  wait?: string | false
}

const HELP = `
Verdicts: held (exit 0), deviated: the system was wrong (3), inconclusive: it proves nothing (4), aborted (5),
errored: Firedrill was wrong (1). Every figure names its two stages. Journals are JSON, in the state folder.
Before a run begins, all drills, journeys and reports are checked; with mistakes, it ends with 2 and lists every mistake. It ends with 2,
as a dry run does, when a drill cannot hold by construction: an alert that no rule defines, less time than the rules take.
Runs on one system take turns.

  firedrill run cpu-stress --set threads=2 --repeat 5
  firedrill run quiet store-crash --fail-fast
`

async function run(files: string[], options: RunOptions, context: CommandContext): Promise<void> {
  const { folder, json, signal } = context
  const [seed, repeat = 1] = [readWhole('--seed', options.seed, 0), readWhole('--repeat', options.repeat, 1)]
  const waitMs = readWait(options.wait)
  const set = readSettings(options.set)
  const [{ prepareRuns }, { readReportTargets }, { checkReportTargets, writeReports }] = await Promise.all([
    import('../../workflows/prepare-runs.ts'),
    import('../arguments/report-targets.ts'),
    import('../../reporters/write-reports.ts'),
  ])
  let reports: ReturnType<typeof readReportTargets> = []
  const readReports = () => {
    reports = readReportTargets(options.report, json)
  }
  const checks = [readReports, () => checkReportTargets(reports)]
  const prepared = await prepareRuns({ ...options, files, set, checks }, folder)
  if (options.dryRun) return showPlans(prepared, { profile: options.profile, json })
  const { nameEnvironment } = await import('./name-environment.ts')
  const confirmed = await nameEnvironment(prepared, { named: options.environment, signal })
  const [{ runDrills }, { RunScreen }, { machineLines }] = await Promise.all([
    import('../../workflows/run-drills.ts'),
    import('../tables/run-screen.ts'),
    import('../tables/machine-lines.ts'),
  ])
  const screen = new RunScreen({ json, repeated: repeat > 1, isStdoutTaken: reports.some(({ path }) => path === '-') })
  const output = {
    note,
    relay: (text: string) => write(process.stderr, text),
    onTurn: () => {
      for (const line of [...machineLines(prepared.drills), ...loadLines(folder)]) note(line)
    },
    onEvent: screen.showEvent.bind(screen),
    onJournal: screen.showJournal.bind(screen),
    onAnnotationFailed: (error: unknown) => note(messageOf(error)),
    onReport: (journals: readonly Journal[]) => writeReports(reports, journals, { toStdout: writeDocument, note }),
    onEnd: async (journals: readonly Journal[], count: number) => screen.showEnd(journals, count),
  }
  const runOptions = { ...options, name: nameOf(files), seed, repeat, waitMs, confirmed }
  await runDrills(prepared, runOptions, { folder, signal, output })
}

/** How long another run is waited for, in milliseconds. @throws FD_USAGE */
function readWait(wait: RunOptions['wait']): number {
  if (wait === undefined) return Number.POSITIVE_INFINITY
  const waitMs = wait === false ? 0 : parseDuration(wait)
  if (waitMs !== undefined) return waitMs
  throw usageErrors.error('FD_USAGE', {
    message: 'not usable',
    where: '--wait',
    expected: 'a duration: 30s, 10m; 0s does not wait',
    given: String(wait),
  })
}

/** Drills that the name of a run lists. */
const MOST_NAMED = 3

function nameOf(files: readonly string[]): string {
  const names = files.map((file) => basename(file).replace(/\.ya?ml$/, ''))
  const more = names.length - MOST_NAMED
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Loads of others continue: their requests are real, as those of users are, but readers of the figures must know. */
function loadLines(folder: StateFolder): string[] {
  return underWay(folder).flatMap(({ kind, name, elsewhere, process: of }) =>
    kind !== 'load' || elsewhere
      ? []
      : [
          `a load is under way on this system: ${name}, process ${of.pid}; its requests are in the figures of this run, and the faults of this run are in its figures`,
        ],
  )
}

async function showPlans(
  { planned, foreign }: PreparedRuns,
  { profile, json }: { profile: string; json: boolean },
): Promise<void> {
  if (planned === undefined) return
  const { plans, live } = planned
  const { planLines } = await import('../../reporters/plan.ts')
  finish(plans.some(({ refusals }) => refusals.length > 0) ? 'usage' : 'ok')
  if (json) return printJson(plans.length === 1 ? plans[0] : plans)
  if (foreign !== undefined) note("checked against the system's own rules, as they are now")
  else if (live) note('checked against the rules of the stack that is up')
  else note(`no stack is up: checked against the rules of the profile ${profile}`)
  for (const plan of plans) print(`${planLines(plan).join('\n')}\n`)
}
