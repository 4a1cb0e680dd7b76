import { existsSync } from 'node:fs'
import type { FiredrillError } from '../../base/errors.ts'
import { drillErrors } from '../../drills/errors.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { ControlClient } from '../client/client.ts'
import { findStack } from '../stack-files/control-file.ts'

/** Watches for the end of a stack. */

const LOOK_EVERY_MS = 500

/** Calls `onEnd`, once, when somebody stops the stack. The function that it returns ends the watch. */
export function watchForEnd(
  folder: StateFolder,
  control: Pick<ControlClient, 'stack'>,
  { onEnd, lookEveryMs = LOOK_EVERY_MS }: { onEnd(reason: FiredrillError): void; lookEveryMs?: number },
): () => void {
  let looking = false
  const timer = setInterval(async () => {
    if (looking) return
    looking = true
    if (await isEnding(folder, control)) {
      clearInterval(timer)
      onEnd(drillErrors.error('FD_DRILL_STACK_GONE', { message: 'the stack was stopped during the run' }))
    }
    looking = false
  }, lookEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** A control process that was killed has left its file and is not an ordered end: what then fails shows in the run. */
async function isEnding(folder: StateFolder, control: Pick<ControlClient, 'stack'>): Promise<boolean> {
  try {
    return (await control.stack()).state === 'stopping'
  } catch {
    return isStopped(folder)
  }
}

async function isStopped(folder: StateFolder): Promise<boolean> {
  try {
    return (await findStack(folder)) === undefined && !existsSync(folder.control)
  } catch {
    return false
  }
}
