import { expect, it } from 'vitest'
import type { QuoteRow } from '../feed/quotes-state.ts'
import { quoteAgeMs } from './quote-age.ts'

it('a price grows old on the page too, also when the two clocks differ', () => {
  const row = { quote: { ageMs: 700 }, receivedAtMs: 10_000 } as QuoteRow
  expect(quoteAgeMs(row, 14_000)).toBe(4_700)
  expect(quoteAgeMs(row, 9_000)).toBe(700)
})
