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
  /** When what stands on the page was current. Epoch milliseconds; absent when there never was anything. */
  lastAtMs?: number
  next: string
}

/** The one trouble to tell of, the root before its consequence; `undefined` when all is well. */
export function troubleOf(quotes: QuotesState, stack: StackState): Trouble | undefined {
  // Silence where prices are asked for is control's only if control has told nothing since.
  const silence = quotes.failure?.silent ? quotes.failure.atMs : undefined
  if (stack.failure !== undefined || (silence !== undefined && (stack.heardAtMs ?? 0) <= silence)) {
    const lastAtMs = Math.max(quotes.heardAtMs ?? 0, stack.heardAtMs ?? 0)
    return {
      part: 'control',
      title: 'The control process does not answer',
      ...(lastAtMs === 0 ? {} : { lastAtMs }),
      next: 'firedrill status',
    }
  }
  if (quotes.failure === undefined) return undefined
  // The page is there before the parts are: what is only on its way up is no trouble.
  if (quotes.heardAtMs === undefined && stack.view?.state === 'starting') return undefined
  const { code, detail, next = 'firedrill status' } = quotes.failure
  return {
    part: 'quotes',
    title: 'Prices are down',
    ...(code === undefined ? {} : { code }),
    detail,
    ...(quotes.heardAtMs === undefined ? {} : { lastAtMs: quotes.heardAtMs }),
    next,
  }
}
