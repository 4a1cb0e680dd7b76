import { basename } from 'node:path'
import { Option } from 'commander'
import { FiredrillError, messageOf } from '../../base/errors.ts'
import { parseDuration } from '../../base/units/duration.ts'
import type { Drill } from '../../drills/file/drill.ts'
import type { Journal } from '../../drills/journal/journal.ts'
import type { Plan } from '../../drills/plan.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { turnFile } from '../../runtimes/native/state/turn-file.ts'
import { underWay } from '../../runtimes/native/state/under-way.ts'
import type { Objective } from '../../slo/objective.ts'
import { profiles } from '../../stack/profile.ts'
import { checkSettings, locateDrills, readSettings, readWhole } from '../arguments/drill-arguments.ts'
import { checkReportTargets, collect, readReportTargets, writeReports } from '../arguments/report-targets.ts'
import { type AddCommand, type CommandContext, finish, readContext } from '../command.ts'
import type { ForeignSubject } from '../drill-subject.ts'
import { cliErrors } from '../errors.ts'
import type { Exit } from '../exit-codes.ts'
import { Preflight } from '../preflight.ts'
import { note, print, printJson, usesColour, write } from '../terminal/output.ts'

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
  busy: boolean
  report: string[]
  system?: string
  /** A time; false for `--no-wait`. */
  wait?: string | false
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
    .option('--repeat <n>', 'run each drill so many times, and show how the times are spread', '1')
    .option('--fail-fast', 'end after the first drill that did not hold', false)
    .option('--dry-run', 'only show what would be done, and what can never hold; needs no stack', false)
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
    .option('--wait <time>', 'how long to wait for another run on the system; without it, until that is over')
    .option('--no-wait', 'do not wait for another run on the system: exit 6')
    .option('--keep', 'leave a stack that was started for this up', false)
    .option(
      '--busy',
      'run on a busy machine all the same: bounds widen by what the machine is measured to be late, and the verdict says so',
      false,
    )
    .option('--system <file>', 'run them on the system that the file describes; see docs/foreign-systems.md')
    .addHelpText(
      'after',
      `
Verdicts: held (exit 0), deviated: the system was wrong (3), inconclusive: it proves nothing (4), aborted (5),
errored: Firedrill was wrong (1). Every figure names its two stages. Journals are JSON, in the state folder.
Before anything is done, a run checks all drills, journeys and reports, and ends with 2 and every mistake. So it does, as a dry run does,
when a drill cannot hold by construction: an alert that no rule defines, less time than the rules take.
Runs on one system take turns.

  firedrill run cpu-stress --set threads=2 --repeat 5
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
  const waitMs = readWait(options.wait)
  const set = readSettings(options.set)
  const [{ readDrill }, { findForeign }, { stackObjectives }, { objectiveId }, { checkJourneys, refuseImpossible }] =
    await Promise.all([
      import('../../drills/file/drill-file.ts'),
      import('../drill-subject.ts'),
      import('../arguments/objective-files.ts'),
      import('../../slo/objective.ts'),
      import('../preflight.ts'),
    ])
  const foreign = await findForeign(options.system, context)
  const objectives = foreign === undefined ? await stackObjectives(process.env) : []
  const reading = { set, ...(foreign?.reading ?? { objectives: objectives.map(objectiveId) }) }
  // Everything is looked at before anything is done: a mistake in the last file must not cost the time of the first.
  const preflight = new Preflight()
  const reports = (await preflight.attempt(() => readReportTargets(options.report, json))) ?? []
  await preflight.attempt(() => checkReportTargets(reports))
  const located = (await Promise.all(files.map((file) => preflight.attempt(() => locateDrills([file]))))).flatMap(
    (one) => one ?? [],
  )
  const read = await Promise.all(located.map((file) => preflight.attempt(() => readDrill(file, reading))))
  const drills = read.filter((drill) => drill !== undefined)
  if (drills.length === read.length) await preflight.attempt(() => checkSettings(set, drills))
  await preflight.attempt(() => checkJourneys(drills, foreign?.reading.services))
  const planned = await preflight.attempt(() => plan(drills, { ...options, objectives, foreign }, context))
  if (planned !== undefined && !options.dryRun) await preflight.attempt(() => refuseImpossible(planned.plans))
  preflight.done()
  if (options.dryRun) return planned && showPlans(planned, { foreign, profile: options.profile, json })
  const [{ underLever }, { takeTurn }] = await Promise.all([import('../under-lever.ts'), import('../take-turn.ts')])
  const name = nameOf(files)
  const elsewhere = foreign === undefined ? {} : { elsewhere: true as const }
  await underLever(context, { kind: 'run', name, ...elsewhere }, async (signal) => {
    const turn = await takeTurn(foreign?.turns ?? turnFile(folder.turn), name, { waitMs, signal })
    try {
      await carryOut(drills, { ...options, seed, repeat, reports, objectives, foreign }, { folder, json, signal })
    } finally {
      await turn.end()
    }
  })
}

/** How long another run is waited for, in milliseconds. @throws FD_USAGE */
function readWait(wait: RunOptions['wait']): number {
  if (wait === undefined) return Number.POSITIVE_INFINITY
  const waitMs = wait === false ? 0 : parseDuration(wait)
  if (waitMs !== undefined) return waitMs
  throw cliErrors.error('FD_USAGE', {
    message: 'not usable',
    where: '--wait',
    expected: 'a duration: 30s, 10m; 0s does not wait',
    given: String(wait),
  })
}

/** Drills that a name of a run lists. */
const MOST_NAMED = 3

function nameOf(files: readonly string[]): string {
  const names = files.map((file) => basename(file).replace(/\.ya?ml$/, ''))
  const more = names.length - MOST_NAMED
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

interface CarryOutOptions {
  seed: number | undefined
  repeat: number
  failFast: boolean
  profile: string
  keep: boolean
  busy: boolean
  reports: ReturnType<typeof readReportTargets>
  objectives: readonly Objective[]
  foreign: ForeignSubject | undefined
}

async function carryOut(drills: readonly Drill[], options: CarryOutOptions, context: CommandContext): Promise<void> {
  const { seed, repeat, reports, objectives, foreign } = options
  const { folder, json } = context
  const [{ openStack }, { machineLines }] = await Promise.all([
    import('../drill-subject.ts'),
    import('../tables/machine-lines.ts'),
  ])
  for (const line of machineLines(drills)) note(line)
  noteLoads(folder)
  const subject = await (foreign === undefined ? openStack(context, options) : foreign.open())
  try {
    const [{ runDrill }, { saveJournal }, { terminalLines }] = await Promise.all([
      import('../../drills/run/run-drill.ts'),
      import('../journal-file.ts'),
      import('../../reporters/terminal.ts'),
    ])
    const signal = AbortSignal.any([context.signal, subject.gone])
    const journals: Journal[] = []
    const runs = drills.flatMap((one) => new Array<Drill>(repeat).fill(one))
    // With --json the journal has stdout to itself, and so has a report that goes there.
    const isTaken = json || reports.some(({ path }) => path === '-')
    const stream = isTaken ? process.stderr : process.stdout
    try {
      for (const [index, drill] of runs.entries()) {
        const show = (lines: readonly string[]) => lines.length > 0 && write(stream, `${lines.join('\n')}\n`)
        const color = usesColour(stream)
        const position = runs.length === 1 ? {} : { position: `${index + 1}/${runs.length}` }
        const journal = await runDrill(drill, subject.system, {
          signal,
          seed: seed ?? drill.seed ?? Math.floor(Math.random() * 1_000_000),
          objectives,
          busy: options.busy,
          // The last event is shown when its journal is on disk, and tells where.
          onEvent: (event) => event.kind === 'finished' || show(terminalLines(event, { color, ...position })),
        })
        const journalPath = await saveJournal(folder, journal)
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
    const left = runs.length - journals.length
    if (left > 0) note(`${left} of ${runs.length} runs did not begin`)
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
    import('../../drills/journal/distribution.ts'),
    import('../../reporters/plan.ts'),
  ])
  const repetitions = summarizeRepetitions(journals)
  if (json) printJson(repeated ? { repetitions, journals } : journals.length === 1 ? journals[0] : journals)
  else if (repeated) for (const line of repetitionLines(repetitions)) say(line)
  else if (journals.length > 1) {
    for (const { verdict, drill } of journals) say(`${verdict.padEnd(13)} ${drill.title}`)
  }
}

interface Planned {
  plans: Plan[]
  live: boolean
}

/** What the drills would do. Undefined where a stack of ours does not answer what it takes: the gate of a run says so, and waits. */
async function plan(
  drills: readonly Drill[],
  options: Pick<RunOptions, 'dryRun' | 'profile'> & Pick<CarryOutOptions, 'objectives' | 'foreign'>,
  { folder }: CommandContext,
): Promise<Planned | undefined> {
  const { profile, objectives, foreign } = options
  const { planDrills } = await import('../run-plan.ts')
  try {
    return await planDrills(drills, { folder, profile, objectives, ground: await foreign?.ground(drills) })
  } catch (error) {
    const isOurs = foreign === undefined && !options.dryRun
    if (isOurs && error instanceof FiredrillError && /^FD_(PROBE|CONTROL)_/.test(error.code)) return undefined
    throw error
  }
}

async function showPlans(
  { plans, live }: Planned,
  { foreign, profile, json }: { foreign: ForeignSubject | undefined; profile: string; json: boolean },
): Promise<void> {
  const { planLines } = await import('../../reporters/plan.ts')
  finish(plans.some(({ refusals }) => refusals.length > 0) ? 'usage' : 'ok')
  if (json) return printJson(plans.length === 1 ? plans[0] : plans)
  if (foreign !== undefined) note("checked against the system's own rules, as they are now")
  else
    note(
      live
        ? 'checked against the rules of the stack that is up'
        : `no stack is up: checked against the rules of the profile ${profile}`,
    )
  for (const one of plans) print(`${planLines(one).join('\n')}\n`)
}

/** Loads of others go on: their requests are real, as those of users are, but whoever reads the figures is to know. */
function noteLoads(folder: StateFolder): void {
  for (const { kind, name, elsewhere, process: of } of underWay(folder)) {
    if (kind !== 'load' || elsewhere) continue
    note(
      `a load is under way on this system: ${name}, process ${of.pid}; its requests are in the figures, and what is broken is in its own`,
    )
  }
}

function gravest(exits: readonly Exit[]): Exit {
  return exits.reduce((worst, exit) => (GRAVITY.indexOf(exit) > GRAVITY.indexOf(worst) ? exit : worst), 'ok')
}
