import { connectControl } from '../api/client/connect-control.ts'
import { readComposeFile, removeComposeFile } from '../api/stack-files/compose-file.ts'
import { findControl } from '../api/stack-files/control-file.ts'
import { isSame, signalProcess } from '../base/system/process.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { ProcessLedger } from '../runtimes/native/process/ledger.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import { note } from './terminal/output.ts'

/** Longer than all graces of the ordered stop together. */
const STOPPED_WITHIN_MS = 30_000

export interface Stopped {
  /** How the stack ended: as asked, by force, or it was not up; then only leftovers were ended. */
  how: 'stopped' | 'killed' | 'not up'
  /** Processes that an earlier control process had left behind. */
  leftovers: string[]
}

/**
 * Stops the stack of a folder in order; by force when its control process does not answer. Ends leftovers in any case.
 * `purge` takes the volumes of containers along; of a native stack the caller removes the folder.
 */
export async function stopStack(folder: StateFolder, purge = false): Promise<Stopped> {
  const id = folder.knownId()
  // Nothing of ours has ever been here: nothing is touched.
  if (id === undefined) return { how: 'not up', leftovers: [] }
  const inContainers = readComposeFile(folder)
  if (inContainers !== undefined) {
    const { downInCompose } = await import('./up-in-compose.ts')
    await downInCompose(inContainers, purge, { signal: new AbortController().signal, say: note })
    await removeComposeFile(folder)
    return { how: 'stopped', leftovers: [] }
  }
  const found = await findControl(folder)
  let how: Stopped['how'] = 'not up'
  if (found !== undefined) {
    const { control } = found
    const gone = () =>
      waitUntil(async () => (isSame(control) ? notYet(`process ${control.pid} runs`) : done(undefined)), {
        what: 'the control process to end',
        timeoutMs: STOPPED_WITHIN_MS,
        intervalMs: 20,
      })
    try {
      if (found.url === undefined) signalProcess(control.pid, 'SIGTERM')
      else await (await connectControl(folder)).down()
      await gone()
      how = 'stopped'
    } catch {
      signalProcess(control.pid, 'SIGKILL')
      await gone()
      how = 'killed'
    }
  }
  const leftovers = await new ProcessLedger(folder.ledger).endLeftovers(id)
  return { how, leftovers }
}
