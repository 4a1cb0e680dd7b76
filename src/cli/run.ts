import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Option } from 'commander'
import { messageOf } from '../base/errors.ts'
import { profiles } from '../stack/profile.ts'
import { type AddCommand, type CommandContext, finish, readContext } from './command.ts'
import { cliErrors } from './errors.ts'
import type { Exit } from './exit-codes.ts'
import { note, print, printJson, usesColour } from './output.ts'
import { packageFolder } from './version.ts'

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
  profile: string
  keep: boolean
}

export const addRun: AddCommand = (program, signal) => {
  program
    .command('run')
    .summary('run drills and report the verdict')
    .description(
      'Runs drills one after the other on the stack that is up, or on one that is started for them and stopped afterwards.\nShows each stage as it happens, prints the verdict with measured times and writes a journal for each.',
    )
    .argument('<drill...>', 'drill files, or names of drills that ship: store-crash')
    .option('--seed <number>', 'seed of all that is random; chosen and printed when left out')
    .addOption(
      new Option('--profile <name>', 'profile of a stack that has to be started')
        .default('lab')
        .choices(Object.keys(profiles)),
    )
    .option('--keep', 'leave a stack that was started for this up', false)
    .addHelpText(
      'after',
      `
Verdicts: held (exit 0), deviated: the system was wrong (3), inconclusive: it proves nothing (4), aborted (5),
errored: Firedrill was wrong (1). Every figure names its two stages. Journals are JSON, in the state folder.
`,
    )
    .action(async (files: string[], options: RunOptions, command) => {
      await runDrills(files, options, readContext(command, signal))
    })
}

async function runDrills(files: string[], options: RunOptions, context: CommandContext): Promise<void> {
  const { folder, signal, json } = context
  const seed = readSeed(options.seed)
  const [{ readDrill }, { findStack }] = await Promise.all([
    import('../drills/drill-file.ts'),
    import('../api/control-file.ts'),
  ])
  // All files are read before anything is started: a mistake in the last one must not cost the time of the first.
  const drills = await Promise.all(files.map((file) => readDrill(locateDrill(file))))
  const started = (await findStack(folder)) === undefined
  if (started) {
    note('no stack is up: starting one for this run')
    const { startDetached } = await import('./detach.ts')
    await startDetached(folder, options.profile, { signal, relay: (text) => process.stderr.write(text) })
  }
  try {
    const [{ connectControl }, { systemOf }, { runDrill }, { writeJournal }, { terminalLines }, { annotateGrafana }] =
      await Promise.all([
        import('../api/control-file.ts'),
        import('../api/system.ts'),
        import('../drills/run.ts'),
        import('./journal-file.ts'),
        import('../reporters/terminal.ts'),
        import('./annotate.ts'),
      ])
    const control = await connectControl(folder)
    const system = systemOf(control)
    const journals = []
    for (const drill of drills) {
      // With --json the journal has stdout to itself.
      const stream = json ? process.stderr : process.stdout
      const show = (lines: readonly string[]) => lines.length > 0 && stream.write(`${lines.join('\n')}\n`)
      const color = usesColour(stream)
      const journal = await runDrill(drill, system, {
        signal,
        seed,
        // The last event is shown when its journal is on disk, and tells where.
        onEvent: (event) => event.kind === 'finished' || show(terminalLines(event, { color })),
      })
      const journalPath = await writeJournal(folder, journal)
      show([...terminalLines({ kind: 'finished', journal }, { color, journalPath }), ''])
      // The verdict stands whether or not it can be drawn.
      await annotateGrafana(folder, control, journal).catch((error: unknown) => note(messageOf(error)))
      journals.push(journal)
      finish(gravest(journals.map(({ verdict }) => EXIT_BY_VERDICT[verdict])))
      if (signal.aborted) break
    }
    if (json) printJson(journals.length === 1 ? journals[0] : journals)
    else if (journals.length > 1)
      for (const { verdict, drill } of journals) print(`${verdict.padEnd(13)} ${drill.title}`)
  } finally {
    if (started && !options.keep) {
      const { stopStack } = await import('./stop-stack.ts')
      await stopStack(folder)
      note('the stack that was started for this run is stopped; --keep leaves it up')
    }
  }
}

/** A drill that ships can be named without its path, from anywhere: "store-crash". */
function locateDrill(file: string): string {
  const shipped = join(packageFolder(), 'drills', `${file}.yaml`)
  return /^[\w-]+$/.test(file) && !existsSync(file) && existsSync(shipped) ? shipped : file
}

function gravest(exits: readonly Exit[]): Exit {
  return exits.reduce((worst, exit) => (GRAVITY.indexOf(exit) > GRAVITY.indexOf(worst) ? exit : worst), 'ok')
}

function readSeed(text: string | undefined): number {
  if (text === undefined) return Math.floor(Math.random() * 1_000_000)
  const seed = Number(text)
  if (Number.isSafeInteger(seed) && seed >= 0) return seed
  throw cliErrors.error('FD_USAGE', {
    message: 'the seed is not usable',
    where: '--seed',
    expected: 'a whole number from 0',
    given: text,
  })
}
