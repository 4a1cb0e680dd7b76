import { descendantsOf, signalProcess } from '../../../base/system/process.ts'
import { signalGroup } from './ledger.ts'
import { thawWhenOrphaned } from './thaw-when-orphaned.ts'

export interface Freeze {
  /** Lets everything run again. Safe to call twice. */
  thaw(): void
}

/**
 * Stops a process and all that descends from it: PostgreSQL's sessions are process groups of their own, and would go on.
 * Should this process be killed, a shell that hangs on its pipe lets the descendants run again: they then see that they
 * are orphans and end, where frozen ones would stay for ever and hold on to PostgreSQL's memory.
 */
export function freeze(pid: number): Freeze {
  signalGroup(pid, 'SIGSTOP')
  const frozen = new Set<number>()
  // One that was being started while the others were stopped is found in the next round.
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
