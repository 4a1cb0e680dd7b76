import { isSame, signalProcess } from '../../base/system/process.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { ProcessLedger } from '../../runtimes/native/process/ledger.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { connectControl } from '../client/connect-control.ts'
import { readComposeFile, removeComposeFile } from '../stack-files/compose-file.ts'
import { findControl } from '../stack-files/control-file.ts'
import { readKubernetesFile } from '../stack-files/kubernetes-file.ts'

/** Stops the stack of a state folder, however it runs. */

/** Longer than all grace periods of the ordered stop together. */
const STOPPED_WITHIN_MS = 30_000

export interface Stopped {
  /** How the stack ended: as asked, by force, or it was not up, and only leftovers were ended. */
  how: 'stopped' | 'killed' | 'not up'
  /** Processes that an earlier control process had left behind. */
  leftovers: string[]
}

export interface StopOptions {
  /** Also removes the volumes of containers, and the namespace in a cluster; the state folder is removed by the caller. */
  purge?: boolean
  /** Called with what Compose and kubectl print. */
  onLine?(text: string): void
}

/**
 * Stops the stack of a folder in order; by force when its control process does not answer. Ends leftovers in any case.
 */
export async function stopStack(
  folder: StateFolder,
  { purge = false, onLine = () => undefined }: StopOptions = {},
): Promise<Stopped> {
  const id = folder.knownId()
  // No stack has ever been started here: nothing is touched.
  if (id === undefined) return { how: 'not up', leftovers: [] }
  const inContainers = readComposeFile(folder)
  if (inContainers !== undefined) {
    const { downInCompose } = await import('./up-in-compose.ts')
    await downInCompose(inContainers, { volumes: purge, signal: new AbortController().signal, onLine })
    await removeComposeFile(folder)
    return { how: 'stopped', leftovers: [] }
  }
  const inCluster = readKubernetesFile(folder)
  if (inCluster !== undefined && (inCluster.isUp || purge)) {
    const { downInKubernetes } = await import('./up-in-kubernetes.ts')
    const how = await downInKubernetes(folder, { id, volumes: purge, onLine })
    // Otherwise only its volumes were left there, and a stack of this machine may be up since.
    if (inCluster.isUp) return { how, leftovers: [] }
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
