import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { DrillSubject } from './drill-subject.ts'

export interface OpenStackOptions {
  /** Profile of a stack that has to be started. */
  profile: string
  /** Leaves a stack that was started for the run up. */
  keep: boolean
  signal: AbortSignal
  note(text: string): void
  /** Called with what a stack that is started prints. */
  relay(text: string): void
}

/** The stack that is up; or one that is started for the run and stopped after it, unless `keep` is set. */
export async function openStack(folder: StateFolder, options: OpenStackOptions): Promise<DrillSubject> {
  const { profile, keep, signal, note, relay } = options
  const { findStack } = await import('../../api/stack-files/control-file.ts')
  const started = (await findStack(folder)) === undefined
  if (started) {
    note('no stack is up: starting one for this run')
    const { startDetached } = await import('../../api/stack/start-detached.ts')
    await startDetached(folder, { profile, signal, relay })
  }
  let stopWatching = () => {}
  const close = async () => {
    stopWatching()
    if (!started || keep) return
    const { stopStack } = await import('../../api/stack/stop-stack.ts')
    await stopStack(folder, { onLine: note })
    note('the stack that was started for this run is stopped; --keep leaves it up')
  }
  try {
    const [{ connectControl }, { connectSystem }, { watchForEnd }, { annotateGrafana }] = await Promise.all([
      import('../../api/client/connect-control.ts'),
      import('../../api/client/connect-system.ts'),
      import('../../api/stack/watch-for-end.ts'),
      import('../annotate-grafana.ts'),
    ])
    const control = await connectControl(folder)
    const gone = new AbortController()
    stopWatching = watchForEnd(folder, control, { onEnd: (reason) => gone.abort(reason) })
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
