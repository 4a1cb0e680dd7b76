import { describe, expect, it } from 'vitest'
import type { StackView } from '../../../src/api/contract.ts'
import type { QuotesState } from '../feed/quotes-state.ts'
import { troubleOf } from './trouble.ts'

const quotes: QuotesState = { rows: [], stream: 'open', lastAtMs: 1_000 }
const failed = {
  silent: false,
  code: 'FD_QUOTES_UNREACHABLE',
  detail: 'the quotes service does not answer',
  atMs: 2_000,
}
const silence = { silent: true, detail: 'no answer', atMs: 4_000 }

describe('troubleOf', () => {
  it('is nothing when all is well, also while nothing has answered yet', () => {
    expect(troubleOf(quotes, {})).toBeUndefined()
    expect(troubleOf({ rows: [], stream: 'connecting' }, {})).toBeUndefined()
  })

  it('shows the code that control answered about quotes, and when they last came', () => {
    expect(troubleOf({ ...quotes, failure: failed }, {})).toMatchObject({
      part: 'quotes',
      code: 'FD_QUOTES_UNREACHABLE',
      lastAtMs: 1_000,
    })
  })

  it('is nothing while the stack starts and prices never came, but is once they had come', () => {
    const starting = { view: { state: 'starting' } as StackView, lastAtMs: 3_000 }
    expect(troubleOf({ rows: [], stream: 'broken', failure: failed }, starting)).toBeUndefined()
    expect(troubleOf({ ...quotes, failure: failed }, starting)).toMatchObject({ part: 'quotes' })
  })

  it('shows quotes when only they are silent, and control goes on answering', () => {
    expect(troubleOf({ ...quotes, failure: silence }, { lastAtMs: 4_500 })).toMatchObject({ part: 'quotes' })
  })

  it.each([
    ['the prices', { ...quotes, failure: silence }, { lastAtMs: 3_000 }],
    ['the stack', quotes, { lastAtMs: 3_000, failure: silence }],
    ['both', { ...quotes, failure: failed }, { lastAtMs: 3_000, failure: silence }],
  ])('shows control, the cause, when it does not answer for %s', (_, quotesState, stack) => {
    expect(troubleOf(quotesState, stack)).toMatchObject({ part: 'control', lastAtMs: 3_000 })
  })
})
