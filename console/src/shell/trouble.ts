import type { QuotesState } from '../feed/quotes-state.ts'
import type { StackState } from '../feed/stack-state.ts'

/** What is so wrong that every page says so. */
export interface Trouble {
  /** `control`: nothing on the page is current. `quotes`: the prices are not. */
  part: 'control' | 'quotes'
  title: string
  /** A stable error code, where there is one. */
  code?: string
  /** What answered last, or why nothing did. */
  detail?: string
  /** When the content of the page was current. Epoch milliseconds; absent when there never was any. */
  lastAtMs?: number
  next: string
}

/** The one trouble to show, the cause before its consequence; `undefined` when all is well. */
export function troubleOf(quotes: QuotesState, stack: StackState): Trouble | undefined {
  // Silence of the prices is a trouble of control only if control has not answered since.
  const silence = quotes.failure?.silent ? quotes.failure.atMs : undefined
  if (stack.failure !== undefined || (silence !== undefined && (stack.lastAtMs ?? 0) <= silence)) {
    const lastAtMs = Math.max(quotes.lastAtMs ?? 0, stack.lastAtMs ?? 0)
    return {
      part: 'control',
      title: 'The control process does not answer',
      ...(lastAtMs === 0 ? {} : { lastAtMs }),
      next: 'firedrill status',
    }
  }
  if (quotes.failure === undefined) return undefined
  // The page is served before the parts are up: a part that is only starting is no trouble.
  if (quotes.lastAtMs === undefined && stack.view?.state === 'starting') return undefined
  const { code, detail, next = 'firedrill status' } = quotes.failure
  return {
    part: 'quotes',
    title: 'Prices are down',
    ...(code === undefined ? {} : { code }),
    detail,
    ...(quotes.lastAtMs === undefined ? {} : { lastAtMs: quotes.lastAtMs }),
    next,
  }
}
