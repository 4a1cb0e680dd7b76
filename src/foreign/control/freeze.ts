import { descendantsOf, signalProcess } from '../../base/system/process.ts'
import { thawWhenOrphaned } from '../../runtimes/native/process/thaw-when-orphaned.ts'

/**
 * Freezes a process that is not ours, and all its descendants: they need not be one process group, which one signal would
 * freeze. If this process is killed, a shell that waits on its pipe thaws them.
 */
export function freeze(pid: number): Frozen {
  const frozen = new Set<number>()
  const thawAll = () => {
    for (const each of [...frozen].reverse()) signalProcess(each, 'SIGCONT')
  }
  try {
    // A process that was being started while the others were frozen is found in the next round.
    for (let fresh = [pid]; fresh.length > 0; fresh = descendantsOf(pid).filter((one) => !frozen.has(one))) {
      for (const one of fresh) {
        signalProcess(one, 'SIGSTOP')
        frozen.add(one)
      }
    }
  } catch (error) {
    thawAll()
    throw error
  }
  const stopWatching = thawWhenOrphaned([...frozen])
  let isThawed = false
  return {
    thaw: () => {
      if (isThawed) return
      isThawed = true
      stopWatching()
      thawAll()
    },
  }
}

export interface Frozen {
  /** Lets all of them run again. Safe to call twice. */
  thaw(): void
}
