import { retryFor } from '../../base/wait.ts'
import type { Lease, SystemUnderDrill, TakeBack } from '../system.ts'
import { within } from '../within.ts'
import type { PutBack } from './action.ts'

/** Waits for an answer of the system with a bound that leaves time for a restart. @throws FD_DRILL_TIMEOUT */
export function bounded<T>(what: string, answer: Promise<T>, boundMs = CHANGE_MS): Promise<T> {
  return within(answer, { what, boundMs })
}

/** A restart waits for health, in milliseconds. */
const CHANGE_MS = 60_000

/** How long, and how often, an action is tried again while the replica is already starting, in milliseconds. */
const BUSY_MS = 15_000
const AGAIN_MS = 200

/** Tries again, for a while, when somebody else (the responder) is starting the replica at that moment. */
export function whenFree(act: () => Promise<void>): Promise<void> {
  const isBusy = (error: unknown) => (error as { code?: unknown }).code === 'FD_RUNTIME_CONFLICT'
  return retryFor(act, { retries: isBusy, timeoutMs: BUSY_MS, intervalMs: AGAIN_MS })
}

/**
 * Leases a change of a service before it is made: if this process ends, the system takes the change back by itself. Returns how
 * to put it back.
 */
export async function leaseChange(
  system: Pick<SystemUnderDrill, 'lease'>,
  { service, takeBack }: { service: string; takeBack: TakeBack },
  { putBack, detail }: { putBack: () => Promise<void>; detail: string },
): Promise<PutBack> {
  const lease = await bounded(`a lease of ${service}`, system.lease(service, takeBack))
  return async () => {
    await settle(lease, putBack)
    return detail
  }
}

/** Ends the lease: what could not be put back from here, the system puts back. */
async function settle(lease: Lease, putBack: () => Promise<void>): Promise<void> {
  try {
    await putBack()
  } catch (error) {
    lease.drop()
    throw error
  }
  await lease.settle()
}
