import { pollFor } from '../../base/wait.ts'
import type { Prometheus } from '../../probes/prometheus.ts'
import { STEADY_POLL_MS } from '../watch/poll-intervals.ts'
import type { RunState } from './run-state.ts'

/** Samples that are on their way. */

/** How long the watch may take to look at what has arrived, in milliseconds. */
const LOOKED_WITHIN_MS = 2_000

/**
 * Waits until the watch has seen what samples show of this moment, where they are read from a store: until they have arrived there, at most
 * as long as it may be behind. What is later still, the watch records as a store that is too far behind. Rejects when it is aborted.
 */
export async function awaitSamples(
  run: RunState,
  { store }: Pick<Prometheus, 'store'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (store === undefined) return
  const nowMs = Date.now()
  await store.caughtUp(nowMs, { signal })
  const look = async () => run.observations?.steady.knownUntilMs(nowMs) ?? nowMs
  const bounds = { timeoutMs: LOOKED_WITHIN_MS, intervalMs: STEADY_POLL_MS, signal }
  await pollFor(look, { ...bounds, until: (knownUntilMs) => knownUntilMs >= nowMs })
}
