import type { JournalStep } from '../journal/schema/step.ts'

/**
 * The events of steps besides the stage `injected`, which is the first step that began; `injectedAtMs` is null where there is no such
 * stage. Lifting a fault is an event of the fault.
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

/** A step is done, or what an action changed is put back. Epoch milliseconds. */
export interface StepEvent {
  atMs: number
  event: { kind: 'step' | 'put back'; step: JournalStep; sinceInjectedMs: number }
}
