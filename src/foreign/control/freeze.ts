import { descendantsOf, signalProcess } from '../../base/system/process.ts'
import { thawWhenOrphaned } from '../../runtimes/native/process/thaw-when-orphaned.ts'

export interface Frozen {
  /** Lets all of them run again. Safe to call twice. */
  end(): void
}

/**
 * Stops a process that is not ours, and all that descends from it; what leads no process group of its own cannot be stopped
 * with one signal. Should this process be killed, a shell that hangs on its pipe lets them run again.
 */
export function freeze(pid: number): Frozen {
  const halted = new Set<number>()
  const thawAll = () => {
    for (const one of [...halted].reverse()) signalProcess(one, 'SIGCONT')
  }
  try {
    // One that was being started while the others were stopped is found in the next round.
    for (let fresh = [pid]; fresh.length > 0; fresh = descendantsOf(pid).filter((one) => !halted.has(one))) {
      for (const one of fresh) {
        signalProcess(one, 'SIGSTOP')
        halted.add(one)
      }
    }
  } catch (error) {
    thawAll()
    throw error
  }
  const stopWatching = thawWhenOrphaned([...halted])
  let ended = false
  return {
    end: () => {
      if (ended) return
      ended = true
      stopWatching()
      thawAll()
    },
  }
}
