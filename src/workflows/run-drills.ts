import type { RunFeed } from '../api/client/runs/run-feed.ts'
import { defined } from '../base/defined.ts'
import type { Drill } from '../drills/file/drill.ts'
import type { Journal } from '../drills/journal/journal.ts'
import { checkJournalRoom, saveJournal } from '../drills/journal/journal-store.ts'
import type { Confirmation } from '../drills/journal/schema/safety.ts'
import { runDrill } from '../drills/run/run-drill.ts'
import type { DrillEvent } from '../drills/run/run-event.ts'
import type { SystemUnderDrill } from '../drills/system.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import { turnFile } from '../runtimes/native/state/turn-file.ts'
import { untilHalted } from './halt/until-halted.ts'
import type { PreparedRuns } from './prepare-runs.ts'
import type { DrillSubject } from './subject/drill-subject.ts'
import { openStack } from './subject/stack-subject.ts'
import { takeTurn } from './take-turn.ts'

/**
 * Runs drills one after the other, when it is their turn on the system, and writes a journal for each.
 * @throws FD_HALTED, FD_RUN_UNDER_WAY, and errors of the system
 */
export async function runDrills(
  prepared: PreparedRuns,
  options: RunDrillsOptions,
  context: { folder: StateFolder; signal: AbortSignal; output: RunOutput },
): Promise<void> {
  const { foreign } = prepared
  const { name, waitMs } = options
  const { folder, output } = context
  const elsewhere = foreign === undefined ? {} : { elsewhere: true as const }
  await untilHalted({ ...context, levers: foreign?.levers }, { kind: 'run', name, ...elsewhere }, async (signal) => {
    const { note } = output
    const turn = await takeTurn(foreign?.turns ?? turnFile(folder.turn), name, { waitMs, signal, note })
    try {
      output.onTurn()
      const subject = await (foreign?.open(options.confirmed) ??
        openStack(folder, { ...options, signal, note, relay: output.relay }))
      try {
        const feed = foreign === undefined ? await openFeed(folder) : undefined
        const watched = AbortSignal.any([signal, subject.gone, ...(turn.lost === undefined ? [] : [turn.lost])])
        await runOn(subject, { prepared, options, folder, output, feed, signal: watched })
        await feed?.close()
      } finally {
        await subject.close()
      }
    } finally {
      await turn.end()
    }
  })
}

export interface RunDrillsOptions {
  /** What people know the run by. */
  name: string
  seed: number | undefined
  /** How often each drill is run. */
  repeat: number
  failFast: boolean
  profile: string
  keep: boolean
  busy: boolean
  /** By which control knows the first run. Default: a new one. */
  id?: string | undefined
  /** How long another run on the system is waited for, in milliseconds. */
  waitMs: number
  /** How a person has named the environment of a foreign system. */
  confirmed?: Confirmation | undefined
}

/** The place of a run among all runs of one command. */
export interface RunPosition {
  index: number
  count: number
}

/** Receives what happens. The next step begins when a function has returned, or its promise has resolved. */
export interface RunOutput {
  note(text: string): void
  /** What a stack that is started for the runs prints. */
  relay(text: string): void
  /** It is this command's turn on the system. */
  onTurn(): void
  onEvent(event: Exclude<DrillEvent, { kind: 'finished' }>, position: RunPosition): void
  /** Without a path where it could not be written: the error follows when all is shown. */
  onJournal(written: { journal: Journal; path: string | undefined }, position: RunPosition): void
  /** A run could not be shown where people look at the system. */
  onAnnotationFailed(error: unknown): void
  /** What has been run, also when an error ended the rest; not called when there is no journal. */
  onReport(journals: readonly Journal[]): Promise<void>
  /** All is over; `count` runs were planned. */
  onEnd(journals: readonly Journal[], count: number): Promise<void>
}

interface Series {
  prepared: PreparedRuns
  options: RunDrillsOptions
  folder: StateFolder
  output: RunOutput
  /** To the stack that the runs are on. */
  feed: RunFeed | undefined
  signal: AbortSignal
}

async function runOn(subject: DrillSubject, series: Series): Promise<void> {
  const { prepared, options, output, signal } = series
  const runs = prepared.drills.flatMap((drill) => new Array<Drill>(options.repeat).fill(drill))
  const journals: Journal[] = []
  let unwritten: { error: unknown } | undefined
  try {
    for (const [index, drill] of runs.entries()) {
      const position = { index, count: runs.length }
      const { journal, ...failed } = await runOne(subject, { ...series, drill, position })
      journals.push(journal)
      unwritten = failed.unwritten
      if (unwritten !== undefined) break
      if (signal.aborted || journal.verdict === 'aborted' || (options.failFast && journal.verdict !== 'held')) break
    }
  } finally {
    if (journals.length > 0) await output.onReport(journals)
  }
  await output.onEnd(journals, runs.length)
  if (unwritten !== undefined) throw unwritten.error
}

/** A run and its journal; `unwritten` where that is not on disk. @throws before anything is done, where the disk has no room for it */
async function runOne(
  subject: DrillSubject,
  run: Series & { drill: Drill; position: RunPosition },
): Promise<{ journal: Journal; unwritten?: { error: unknown } }> {
  const { prepared, options, folder, output, signal, drill, position } = run
  const seed = options.seed ?? drill.seed ?? Math.floor(Math.random() * 1_000_000)
  await checkJournalRoom(folder)
  const reporter = await startReporter(run, seed)
  try {
    const journal = await runDrill(drill, systemFor(subject, prepared), {
      signal,
      seed,
      objectives: prepared.objectives,
      busy: options.busy,
      onBegin: (progress) => reporter?.begin(progress),
      onEvent: (event) => {
        // The last event is shown when its journal is on disk, with its path.
        if (event.kind === 'finished') return
        output.onEvent(event, position)
        reporter?.event(event)
      },
    })
    // The verdict is shown also when its journal is lost.
    let unwritten: { error: unknown } | undefined
    const path = await saveJournal(folder, journal).catch((error: unknown) => {
      unwritten = { error }
      return undefined
    })
    reporter?.finish(journal, path)
    output.onJournal({ journal, path }, position)
    // The verdict stands whether or not it can be drawn.
    await subject.annotate(journal).catch((error: unknown) => output.onAnnotationFailed(error))
    return { journal, ...defined({ unwritten }) }
  } finally {
    reporter?.close()
  }
}

/** Where nothing is known of what its description forbids, a system that answers again meanwhile is not touched either. */
function systemFor({ system }: DrillSubject, { silent }: PreparedRuns): SystemUnderDrill {
  return silent === undefined ? system : { ...system, describe: () => Promise.reject(silent) }
}

/** Undefined where the run is on a system that nobody watches through control. */
async function startReporter({ feed, drill, position, options }: Parameters<typeof runOne>[1], seed: number) {
  if (feed === undefined) return undefined
  const [{ RunReporter }, { randomUUID }] = await Promise.all([
    import('../api/client/runs/run-reporter.ts'),
    import('node:crypto'),
  ])
  const id = options.id !== undefined && position.index === 0 ? options.id : randomUUID()
  return new RunReporter(feed, { id, drill, position, seed, busy: options.busy })
}

/** Undefined where the stack cannot be reached now: the run is what counts, not those who watch it. */
async function openFeed(folder: StateFolder): Promise<RunFeed | undefined> {
  const { openRunFeed } = await import('../api/client/runs/run-feed.ts')
  return openRunFeed(folder).catch(() => undefined)
}
