import type { QuotesState } from '../feed/quotes-state.ts'
import type { Trouble } from './trouble.ts'

export interface Connection {
  tone: 'good' | 'wait' | 'bad'
  word: string
  meaning: string
}

/** How the prices come to the page, in a word. */
export function connectionOf(quotes: QuotesState, trouble: Trouble | undefined): Connection {
  if (trouble !== undefined) return { tone: 'bad', word: 'Down', meaning: trouble.title }
  if (quotes.lastAtMs === undefined) return { tone: 'wait', word: 'Connecting', meaning: 'No price has come yet' }
  if (quotes.stream === 'open') return { tone: 'good', word: 'Live', meaning: 'Prices come as they change' }
  return { tone: 'wait', word: 'Polling', meaning: 'The stream is not open: prices are polled every two seconds' }
}
