import type { StackView } from '../../../src/api/contract.ts'
import type { Failure } from './call.ts'

/** All the page knows of the stack. The last view stays when control goes away. */
export interface StackState {
  view?: StackView
  /** When control last answered. Epoch milliseconds. */
  lastAtMs?: number
  /** Set from a failed try until control answers again. */
  failure?: Failure
}

export type StackEvent = { kind: 'answered'; view: StackView; atMs: number } | { kind: 'failed'; failure: Failure }

export function reduceStack(state: StackState, event: StackEvent): StackState {
  if (event.kind === 'answered') return { view: event.view, lastAtMs: event.atMs }
  return { ...state, failure: { ...event.failure, atMs: state.failure?.atMs ?? event.failure.atMs } }
}
