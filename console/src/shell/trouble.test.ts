import { describe, expect, it } from 'vitest'
import type { StackView } from '../../../src/api/contract.ts'
import type { QuotesState } from '../feed/quotes-state.ts'
import { troubleOf } from './trouble.ts'

const quotes: QuotesState = { rows: [], stream: 'open', heardAtMs: 1_000 }
const told = { silent: false, code: 'FD_QUOTES_UNREACHABLE', detail: 'the quotes service does not answer', atMs: 2_000 }
const silence = { silent: true, detail: 'no answer', atMs: 4_000 }

describe('troubleOf', () => {
  it('is nothing when all is well, also while nothing was heard yet', () => {
    expect(troubleOf(quotes, {})).toBeUndefined()
    expect(troubleOf({ rows: [], stream: 'connecting' }, {})).toBeUndefined()
  })

  it('tells of quotes with the code that control answered, and when it was last heard', () => {
    expect(troubleOf({ ...quotes, failure: told }, {})).toMatchObject({
      part: 'quotes',
      code: 'FD_QUOTES_UNREACHABLE',
      lastAtMs: 1_000,
    })
  })

  it('is nothing while the stack starts and prices never came, but is once they had come', () => {
    const starting = { view: { state: 'starting' } as StackView, heardAtMs: 3_000 }
    expect(troubleOf({ rows: [], stream: 'broken', failure: told }, starting)).toBeUndefined()
    expect(troubleOf({ ...quotes, failure: told }, starting)).toMatchObject({ part: 'quotes' })
  })

  it('tells of quotes when only they are silent, and control went on answering', () => {
    expect(troubleOf({ ...quotes, failure: silence }, { heardAtMs: 4_500 })).toMatchObject({ part: 'quotes' })
  })

  it.each([
    ['the prices', { ...quotes, failure: silence }, { heardAtMs: 3_000 }],
    ['the stack', quotes, { heardAtMs: 3_000, failure: silence }],
    ['both', { ...quotes, failure: told }, { heardAtMs: 3_000, failure: silence }],
  ])('tells of control, the root, when it does not answer for %s', (_, quotesState, stack) => {
    expect(troubleOf(quotesState, stack)).toMatchObject({ part: 'control', lastAtMs: 3_000 })
  })
})
