import type { StackState } from './stack-state.ts'
import { useNow } from './use-now.ts'

/** Epoch milliseconds, fresh every second, and never before the view came: what has just begun is not shown as if it lay ahead. */
export function useNowOf({ lastAtMs = 0 }: StackState): number {
  return Math.max(useNow(1_000), lastAtMs)
}
