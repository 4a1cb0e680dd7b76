import type { ControlClient } from '../api/client/client.ts'
import type { FaultView, LiftView } from '../api/contract.ts'
import { sleep } from '../base/wait.ts'

const LOOK_MS = 250

/** Waits until the fault is over, or ends it when the signal comes first. Resolves with how it ended. */
export async function untilOver(
  control: Pick<ControlClient, 'faults' | 'lift'>,
  { id }: Pick<FaultView, 'id'>,
  signal: AbortSignal,
): Promise<LiftView> {
  while (!signal.aborted && (await control.faults()).some((one) => one.id === id))
    await sleep(LOOK_MS, signal).catch(() => undefined)
  return control.lift(id)
}
