import type { JournalStep } from '../journal/schema/step.ts'

/** A step that is done, or what an action has changed that was put back, and when. Epoch milliseconds. */
export interface StepEvent {
  atMs: number
  event: { kind: 'step' | 'put back'; step: JournalStep; sinceInjectedMs: number }
}

/**
 * What is told of steps besides the stage `injected`, which is the first one of them that began; `injectedAtMs` is null where there
 * is no such stage. What faults have changed is lifted, and told with the fault.
 */
export function stepEvents(
  steps: readonly JournalStep[],
  { zeroMs, injectedAtMs }: { zeroMs: number; injectedAtMs: number | null },
): StepEvent[] {
  const begunMs = steps.flatMap(({ startedAtMs }) => startedAtMs ?? [])
  const firstMs = injectedAtMs === null ? undefined : Math.min(...begunMs)
  const event = (kind: StepEvent['event']['kind'], step: JournalStep, atMs: number | undefined | null): StepEvent[] =>
    atMs === undefined || atMs === null ? [] : [{ atMs, event: { kind, step, sinceInjectedMs: atMs - zeroMs } }]
  return steps.flatMap((step) => [
    ...(step.startedAtMs === firstMs ? [] : event('step', step, step.endedAtMs)),
    ...(step.kind === 'fault' ? [] : event('put back', step, step.putBack?.atMs)),
  ])
}
