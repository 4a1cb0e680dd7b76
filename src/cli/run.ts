import { Option } from 'commander'
import { messageOf } from '../base/errors.ts'
import type { Drill } from '../drills/drill.ts'
import type { Journal } from '../drills/journal.ts'
import type { Objective } from '../slo/objective.ts'
import { profiles } from '../stack/profile.ts'
import { type AddCommand, type CommandContext, finish, readContext } from './command.ts'
import { checkSettings, locateDrills, readSettings, readWhole } from './drill-arguments.ts'
import type { ForeignSubject } from './drill-subject.ts'
import type { Exit } from './exit-codes.ts'
import { note, print, printJson, usesColour, write } from './output.ts'
import { checkReportTargets, collect, readReportTargets, writeReports } from './report-targets.ts'

/** Of several drills, the gravest outcome is the command's. */
const GRAVITY: readonly Exit[] = ['ok', 'inconclusive', 'deviated', 'errored', 'aborted']
const EXIT_BY_VERDICT = {
  held: 'ok',
  deviated: 'deviated',
  inconclusive: 'inconclusive',
  aborted: 'aborted',
  errored: 'errored',
} as const satisfies Record<string, Exit>

interface RunOptions {
  seed?: string
  set: string[]
  repeat: string
  failFast: boolean
  dryRun: boolean
  profile: string
  keep: boolean
  report: string[]
  system?: string
}

export const addRun: AddCommand = (program, signal) => {
  program
    .command('run')
    .summary('run drills and report the verdict')
    .description(
      'Runs drills one after the other on the stack that is up, or on one that is started for them and stopped afterwards.\nShows each stage as it happens, prints the verdict with measured times and writes a journal for each.',
    )
    .argument(
      '<drill...>',
      'drill files, or names of drills that ship (firedrill ls drills); all: every drill that ships',
    )
    .option('--seed <number>', "seed of all that is random; the file's, or chosen and printed, when left out")
    .option('--set <name=value>', 'value of a parameter of the drills; repeatable', collect, [])
    .option('--repeat <n>', 'run each drill so many times, and tell how the times are spread', '1')
    .option('--fail-fast', 'end after the first drill that did not hold', false)
    .option('--dry-run', 'only tell what would be done, and what can never hold; needs no stack', false)
    .addOption(
      new Option('--profile <name>', 'profile of a stack that has to be started, or of a dry run without one')
        .default('lab')
        .choices(Object.keys(profiles)),
    )
    .option(
      '--report <form=file>',
      'write a report: junit=out.xml, html=out.html, markdown=out.md, json=out.json; again for more; - is stdout',
      collect,
      [],
    )
    .option('--keep', 'leave a stack that was started for this up', false)
    .option('--system <file>', 'run them on a system that is not ours, as the file tells; see docs/foreign-systems.md')
    .addHelpText(
      'after',
      `
Verdicts: held (exit 0), deviated: the system was wrong (3), inconclusive: it proves nothing (4), aborted (5),
errored: Firedrill was wrong (1). Every figure names its two stages. Journals are JSON, in the state folder.
A dry run ends with 2 when a drill cannot hold by construction: an alert that no rule defines, less time than the rules take.

  firedrill run store-crash --repeat 5
  firedrill run cpu-stress --set threads=8
  firedrill run quiet store-crash --fail-fast
`,
    )
    .action(async (files: string[], options: RunOptions, command) => {
      await runDrills(files, options, readContext(command, signal))
    })
}

async function runDrills(files: string[], options: RunOptions, context: CommandContext): Promise<void> {
  const { folder, json } = context
  const [seed, repeat = 1] = [readWhole('--seed', options.seed, 0), readWhole('--repeat', options.repeat, 1)]
  const reports = readReportTargets(options.report, json)
  await checkReportTargets(reports)
  const set = readSettings(options.set)
  const [{ readDrill }, { findForeign }, { stackObjectives }, { objectiveId }] = await Promise.all([
    import('../drills/drill-file.ts'),
    import('./drill-subject.ts'),
    import('./objective-files.ts'),
    import('../slo/objective.ts'),
  ])
  const foreign = await findForeign(options.system, context)
  const objectives = foreign === undefined ? await stackObjectives(process.env) : []
  // All files are read before anything is started: a mistake in the last one must not cost the time of the first.
  const reading = { set, ...(foreign?.reading ?? { objectives: objectives.map(objectiveId) }) }
  const drills = await Promise.all(locateDrills(files).map((file) => readDrill(file, reading)))
  checkSettings(set, drills)
  if (options.dryRun) return dryRun(drills, { ...options, objectives, foreign }, context)
  const { underLever } = await import('./under-lever.ts')
  const name = files.join(', ')
  await underLever(context, { kind: 'run', name }, async (signal) => {
    await carryOut(drills, { ...options, seed, repeat, reports, objectives, foreign }, { folder, json, signal })
  })
}

interface CarryOutOptions {
  seed: number | undefined
  repeat: number
  failFast: boolean
  profile: string
  keep: boolean
  reports: ReturnType<typeof readReportTargets>
  objectives: readonly Objective[]
  foreign: ForeignSubject | undefined
}

async function carryOut(drills: readonly Drill[], options: CarryOutOptions, context: CommandContext): Promise<void> {
  const { seed, repeat, reports, objectives, foreign } = options
  const { folder, json, signal } = context
  const { openStack } = await import('./drill-subject.ts')
  const subject = await (foreign === undefined ? openStack(context, options) : foreign.open())
  try {
    const [{ runDrill }, { writeJournal }, { terminalLines }] = await Promise.all([
      import('../drills/run.ts'),
      import('./journal-file.ts'),
      import('../reporters/terminal.ts'),
    ])
    const journals: Journal[] = []
    // With --json the journal has stdout to itself, and so has a report that goes there.
    const isTaken = json || reports.some(({ path }) => path === '-')
    const stream = isTaken ? process.stderr : process.stdout
    try {
      for (const drill of drills.flatMap((one) => new Array<Drill>(repeat).fill(one))) {
        const show = (lines: readonly string[]) => lines.length > 0 && write(stream, `${lines.join('\n')}\n`)
        const color = usesColour(stream)
        const journal = await runDrill(drill, subject.system, {
          signal,
          seed: seed ?? drill.seed ?? Math.floor(Math.random() * 1_000_000),
          objectives,
          // The last event is shown when its journal is on disk, and tells where.
          onEvent: (event) => event.kind === 'finished' || show(terminalLines(event, { color })),
        })
        const journalPath = await writeJournal(folder, journal)
        show([...terminalLines({ kind: 'finished', journal }, { color, journalPath }), ''])
        // The verdict stands whether or not it can be drawn.
        await subject.annotate(journal).catch((error: unknown) => note(messageOf(error)))
        journals.push(journal)
        finish(gravest(journals.map(({ verdict }) => EXIT_BY_VERDICT[verdict])))
        if (signal.aborted || (options.failFast && journal.verdict !== 'held')) break
      }
    } finally {
      // What has been run is reported, whatever ended the rest.
      if (journals.length > 0) await writeReports(reports, journals)
    }
    await summarize(journals, { json, repeated: repeat > 1, say: isTaken ? note : print })
  } finally {
    await subject.close()
  }
}

async function summarize(
  journals: readonly Journal[],
  { json, repeated, say }: { json: boolean; repeated: boolean; say: (text: string) => void },
): Promise<void> {
  const [{ summarizeRepetitions }, { repetitionLines }] = await Promise.all([
    import('../drills/distribution.ts'),
    import('../reporters/plan.ts'),
  ])
  const repetitions = summarizeRepetitions(journals)
  if (json) printJson(repeated ? { repetitions, journals } : journals.length === 1 ? journals[0] : journals)
  else if (repeated) for (const line of repetitionLines(repetitions)) say(line)
  else if (journals.length > 1) {
    for (const { verdict, drill } of journals) say(`${verdict.padEnd(13)} ${drill.title}`)
  }
}

async function dryRun(
  drills: readonly Drill[],
  {
    profile,
    objectives,
    foreign,
  }: { profile: string; objectives: readonly Objective[]; foreign: ForeignSubject | undefined },
  { folder, json }: CommandContext,
): Promise<void> {
  const [{ planDrills }, { planLines }] = await Promise.all([import('./run-plan.ts'), import('../reporters/plan.ts')])
  const { plans, live } = await planDrills(drills, { folder, profile, objectives, ground: await foreign?.ground() })
  finish(plans.some(({ refusals }) => refusals.length > 0) ? 'usage' : 'ok')
  if (json) return printJson(plans.length === 1 ? plans[0] : plans)
  if (foreign !== undefined) note("held against the system's live rules")
  else
    note(
      live ? 'held against the rules of the stack that is up' : `no stack is up: held against the rules of ${profile}`,
    )
  for (const plan of plans) print(`${planLines(plan).join('\n')}\n`)
}

function gravest(exits: readonly Exit[]): Exit {
  return exits.reduce((worst, exit) => (GRAVITY.indexOf(exit) > GRAVITY.indexOf(worst) ? exit : worst), 'ok')
}
