import { existsSync } from 'node:fs'
import type { TurnPlace } from '../base/turn.ts'
import type { Drill } from '../drills/file/drill.ts'
import type { DrillReadOptions } from '../drills/file/drill-file.ts'
import type { Journal } from '../drills/journal/journal.ts'
import type { PlanContext } from '../drills/plan-context.ts'
import type { SystemUnderDrill } from '../drills/system.ts'
import { SYSTEM_FILE } from '../runtimes/native/state/find-state.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import type { CommandContext } from './command.ts'
import { note, write } from './terminal/output.ts'
import { packageVersion } from './version.ts'

/** What drills are run on. */
export interface DrillSubject {
  system: SystemUnderDrill
  /** Aborted when the system is no longer there to be drilled. */
  gone: AbortSignal
  /** Shows a run where people look at the system, if it can. */
  annotate(journal: Journal): Promise<void>
  /** Leaves it as it was found. */
  close(): Promise<void>
}

/** A system that is not ours: what drills may name, how it is opened, and what a plan needs of it. */
export interface ForeignSubject {
  reading: Pick<DrillReadOptions, 'services' | 'foreign'>
  /** Where the runs on it take turns, whoever runs them. */
  turns: TurnPlace
  open(): Promise<DrillSubject>
  ground(drills: readonly Drill[]): Promise<PlanContext>
}

/**
 * The system of `--system FILE`; without it that of ./firedrill.yaml, unless a stack of our own is up. `undefined`: drills are
 * for the stack. @throws FD_FOREIGN_NOT_FOUND, FD_FOREIGN_INVALID
 */
export async function findForeign(
  given: string | undefined,
  { folder }: Pick<CommandContext, 'folder'>,
): Promise<ForeignSubject | undefined> {
  if (given === undefined) {
    if (!existsSync(SYSTEM_FILE)) return undefined
    const { findStack } = await import('../api/stack-files/control-file.ts')
    if ((await findStack(folder)) !== undefined) return undefined
    note(`on the system of ./${SYSTEM_FILE}: no stack is up here`)
  }
  const [{ readSystem }, { namesOf }, { systemTurn }] = await Promise.all([
    import('../foreign/file/system-file.ts'),
    import('../foreign/file/foreign-names.ts'),
    import('../foreign/system-turn.ts'),
  ])
  const system = await readSystem(given ?? SYSTEM_FILE)
  return {
    reading: namesOf(system),
    turns: systemTurn(system),
    ground: async (drills) => (await import('../foreign/monitoring/plan-context.ts')).planContextOf(system, drills),
    open: async () => {
      const [{ startGuardian }, { foreignSystemUnderDrill }] = await Promise.all([
        import('../foreign/guardian/start-guardian.ts'),
        import('../foreign/system-under-drill.ts'),
      ])
      const guard = await startGuardian(system.file, folder)
      return {
        system: foreignSystemUnderDrill(system, guard, { version: packageVersion() }),
        gone: new AbortController().signal,
        annotate: async () => undefined,
        close: () => guard.close(),
      }
    },
  }
}

/** The stack that is up; or one that is started for the run, and stopped afterwards unless it is to be kept. */
export async function openStack(
  { folder, signal }: { folder: StateFolder; signal: AbortSignal },
  { profile, keep }: { profile: string; keep: boolean },
): Promise<DrillSubject> {
  const [{ findStack }, { connectControl }] = await Promise.all([
    import('../api/stack-files/control-file.ts'),
    import('../api/client/connect-control.ts'),
  ])
  const started = (await findStack(folder)) === undefined
  if (started) {
    note('no stack is up: starting one for this run')
    const { startDetached } = await import('./detach.ts')
    await startDetached(folder, profile, { signal, relay: (text) => write(process.stderr, text) })
  }
  let stopWatching = () => {}
  const close = async () => {
    stopWatching()
    if (!started || keep) return
    const { stopStack } = await import('./stop-stack.ts')
    await stopStack(folder)
    note('the stack that was started for this run is stopped; --keep leaves it up')
  }
  try {
    const [{ connectSystem }, { watchForEnd }, { annotateGrafana }] = await Promise.all([
      import('../api/client/connect-system.ts'),
      import('./watch-for-end.ts'),
      import('./annotate.ts'),
    ])
    const control = await connectControl(folder)
    const gone = new AbortController()
    stopWatching = watchForEnd(folder, control, (reason) => gone.abort(reason))
    return {
      gone: gone.signal,
      system: await connectSystem(folder),
      annotate: (journal) => annotateGrafana(folder, control, journal),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
