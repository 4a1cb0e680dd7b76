import { existsSync } from 'node:fs'
import type { ControlClient } from '../api/client/client.ts'
import { findStack } from '../api/stack-files/control-file.ts'
import type { FiredrillError } from '../base/errors.ts'
import { drillErrors } from '../drills/errors.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'

const LOOK_EVERY_MS = 500

/** Calls `onEnd`, once, when somebody stops the stack, until the returned function is called. */
export function watchForEnd(
  folder: StateFolder,
  control: Pick<ControlClient, 'stack'>,
  onEnd: (reason: FiredrillError) => void,
  lookEveryMs = LOOK_EVERY_MS,
): () => void {
  let looking = false
  const timer = setInterval(async () => {
    if (looking) return
    looking = true
    if (await isEnding(folder, control)) {
      clearInterval(timer)
      onEnd(drillErrors.error('FD_DRILL_STACK_GONE', { message: 'the stack was stopped under the run' }))
    }
    looking = false
  }, lookEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** One that was killed has left its file, and is no ordered end: what it breaks shows in what then fails. */
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
