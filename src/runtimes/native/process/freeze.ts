import { descendantsOf, signalProcess } from '../../../base/system/process.ts'
import { signalGroup } from './ledger.ts'
import { thawWhenOrphaned } from './thaw-when-orphaned.ts'

export interface Freeze {
  /** Lets all of them run again. Safe to call twice. */
  thaw(): void
}

/**
 * Freezes a process and all its descendants: PostgreSQL's sessions are process groups of their own, and would run on. If this
 * process is killed, a shell that waits on its pipe thaws the descendants: they then see that they are orphans and end, where
 * frozen ones would stay and keep PostgreSQL's memory.
 */
export function freeze(pid: number): Freeze {
  signalGroup(pid, 'SIGSTOP')
  const frozen = new Set<number>()
  // A process that was being started while the others were frozen is found in the next round.
  for (let fresh = descendantsOf(pid); fresh.length > 0; fresh = descendantsOf(pid).filter((one) => !frozen.has(one))) {
    for (const one of fresh) {
      frozen.add(one)
      signalProcess(one, 'SIGSTOP')
    }
  }
  const stopWatching = frozen.size === 0 ? undefined : thawWhenOrphaned([...frozen])
  let isThawed = false
  return {
    thaw: () => {
      if (isThawed) return
      isThawed = true
      stopWatching?.()
      for (const one of frozen) signalProcess(one, 'SIGCONT')
      signalGroup(pid, 'SIGCONT')
    },
  }
}
