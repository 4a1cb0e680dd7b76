import { pollFor } from '../../base/wait.ts'
import type { FaultView, LiftView } from '../contract.ts'
import type { ControlClient } from './client.ts'

/** Waits for the end of a fault. */

const LOOK_MS = 250

/**
 * Waits until the fault has ended, or ends it when the signal comes first. Resolves with how it ended. Control bounds the wait: every
 * fault has a dead-man time.
 */
export async function waitForFaultEnd(
  control: Pick<ControlClient, 'faults' | 'lift'>,
  { id }: Pick<FaultView, 'id'>,
  signal: AbortSignal,
): Promise<LiftView> {
  const isActive = async () => (await control.faults()).some((fault) => fault.id === id)
  try {
    const until = (active: boolean) => !active
    await pollFor(isActive, { until, timeoutMs: Number.POSITIVE_INFINITY, intervalMs: LOOK_MS, signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return control.lift(id)
}
