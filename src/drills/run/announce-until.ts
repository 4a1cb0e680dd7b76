import { pollFor } from '../../base/wait.ts'
import { STEADY_POLL_MS } from '../watch/poll-intervals.ts'
import type { RunState } from './run-state.ts'

/** Announces what is new until `isOver`, the bound, or the signal. Does not reject when it is stopped. */
export async function announceUntil(
  run: RunState,
  isOver: () => boolean,
  { boundMs, signal = run.options.signal }: { boundMs: () => number; signal?: AbortSignal | undefined },
): Promise<void> {
  const startedMs = performance.now()
  const look = async () => {
    const facts = run.facts()
    if (facts !== undefined) run.announcer.announce(facts)
  }
  // The bound grows while the machine is late: each look compares with it.
  const until = () => isOver() || performance.now() - startedMs >= boundMs()
  try {
    await pollFor(look, { until, timeoutMs: Number.POSITIVE_INFINITY, intervalMs: STEADY_POLL_MS, signal })
  } catch (error) {
    if (signal?.aborted !== true) throw error
  }
}
