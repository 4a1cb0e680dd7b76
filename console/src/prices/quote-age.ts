import type { QuoteRow } from '../feed/quotes-state.ts'

/** How old the price is by now, in milliseconds: its age when it came, and the time it has stood here since. */
export function quoteAgeMs({ quote, receivedAtMs }: QuoteRow, nowMs: number): number {
  return quote.ageMs + Math.max(0, nowMs - receivedAtMs)
}
