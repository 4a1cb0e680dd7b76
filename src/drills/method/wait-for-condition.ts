import { pollFor } from '../../base/wait.ts'
import type { ConditionSources, Look } from '../conditions/condition.ts'
import type { StepStart } from '../file/method-step.ts'
import { POLL_MS } from '../watch/poll-intervals.ts'

/** Waits until the condition of a step is true, or for its bound; the last look says which. Rejects only when the signal is aborted. */
export function waitForCondition(
  { condition, withinMs }: Extract<StepStart, { kind: 'when' }>,
  sources: ConditionSources,
  signal: AbortSignal,
): Promise<Look> {
  return pollFor(() => condition.look(sources, signal), {
    until: ({ met }) => met,
    timeoutMs: withinMs,
    intervalMs: POLL_MS,
    signal,
  })
}
