import { describe, expect, it } from 'vitest'
import type { QuotesState } from '../feed/quotes-state.ts'
import { connectionOf } from './connection.ts'

const quotes = (stream: QuotesState['stream'], lastAtMs?: number): QuotesState => ({
  rows: [],
  stream,
  ...(lastAtMs === undefined ? {} : { lastAtMs }),
})
const trouble = { part: 'quotes', title: 'Prices are down', next: '' } as const

describe('connectionOf', () => {
  it.each([
    ['Connecting', 'before the first price', quotes('connecting'), undefined],
    ['Live', 'with an open stream', quotes('open', 1), undefined],
    ['Polling', 'without a stream', quotes('broken', 1), undefined],
    ['Down', 'in trouble, also while the stream is open', quotes('open', 1), trouble],
  ])('is %s %s', (word, _, state, inTrouble) => expect(connectionOf(state, inTrouble).word).toBe(word))
})
