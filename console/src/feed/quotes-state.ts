import type { Quote, QuoteHistory } from '../../../src/api/contract.ts'
import type { Failure } from './call.ts'

export interface Point {
  /** Epoch milliseconds. */
  atMs: number
  price: number
}

/** One symbol as the page knows it. */
export interface QuoteRow {
  quote: Quote
  /** By this browser's clock: ages count from here, so that the two clocks need not agree. Epoch milliseconds. */
  receivedAtMs: number
  /** How the price moved with the last change that was seen. */
  moved?: 'up' | 'down'
  /** Oldest first, at most MAX_POINTS. */
  points: Point[]
}

/** All the page knows of prices. Rows are ordered by name and stay when the service goes away. */
export interface QuotesState {
  rows: QuoteRow[]
  stream: 'connecting' | 'open' | 'broken'
  /** Where the prices come from: simulated, replay or yahoo. */
  source?: string
  /** When the service last answered or streamed. Epoch milliseconds. */
  lastAtMs?: number
  /** Set from a failed try until the service answers or streams again. */
  failure?: Failure
}

export type QuotesEvent =
  | { kind: 'all'; quotes: Quote[]; atMs: number; source?: string }
  | { kind: 'changed'; quotes: Quote[]; atMs: number }
  | { kind: 'history'; histories: QuoteHistory[] }
  | { kind: 'stream'; stream: QuotesState['stream'] }
  | { kind: 'failed'; failure: Failure }

export const MAX_POINTS = 120
/** The way from the service to here takes a moment: a point of the history and the quote of it are that close in time. */
const SAME_POINT_MS = 500

export const noQuotes: QuotesState = { rows: [], stream: 'connecting' }

export function reduceQuotes(state: QuotesState, event: QuotesEvent): QuotesState {
  switch (event.kind) {
    case 'all': {
      const known = new Set(event.quotes.map(({ symbol }) => symbol))
      const next = received(state, event, (symbol) => known.has(symbol))
      return event.source === undefined ? next : { ...next, source: event.source }
    }
    case 'changed':
      return received(state, event, () => true)
    case 'history': {
      const histories = new Map(event.histories.map(({ symbol, points }) => [symbol, points]))
      const rows = state.rows.map((row) => {
        const points = histories.get(row.quote.symbol)
        if (points === undefined) return row
        const past = points.map(({ at, price }) => ({ atMs: Date.parse(at), price }))
        const lastMs = past.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY
        const since = row.points.filter(({ atMs }) => atMs > lastMs + SAME_POINT_MS)
        return { ...row, points: [...past, ...since].slice(-MAX_POINTS) }
      })
      return { ...state, rows }
    }
    case 'stream':
      return { ...state, stream: event.stream }
    case 'failed':
      // The first failure says since when; later ones of the same kind only confirm it.
      return { ...state, failure: { ...event.failure, atMs: state.failure?.atMs ?? event.failure.atMs } }
  }
}

function received(
  state: QuotesState,
  { quotes, atMs }: { quotes: Quote[]; atMs: number },
  stays: (symbol: string) => boolean,
): QuotesState {
  const rows = new Map(state.rows.filter(({ quote }) => stays(quote.symbol)).map((row) => [row.quote.symbol, row]))
  for (const quote of quotes) rows.set(quote.symbol, nextRow(rows.get(quote.symbol), quote, atMs))
  const { failure: _, ...rest } = state
  return { ...rest, rows: [...rows.values()].sort(byName), lastAtMs: atMs }
}

function nextRow(before: QuoteRow | undefined, quote: Quote, receivedAtMs: number): QuoteRow {
  const points = before?.points ?? []
  const isSame = before?.quote.asOf === quote.asOf && before.quote.price === quote.price
  const from = before?.quote.price ?? quote.price
  const moved = quote.price > from ? 'up' : quote.price < from ? 'down' : before?.moved
  const point = { atMs: receivedAtMs - quote.ageMs, price: quote.price }
  return {
    quote,
    receivedAtMs,
    points: isSame ? points : [...points, point].slice(-MAX_POINTS),
    ...(moved === undefined ? {} : { moved }),
  }
}

function byName(a: QuoteRow, b: QuoteRow): number {
  return a.quote.name.localeCompare(b.quote.name, 'en') || (a.quote.symbol < b.quote.symbol ? -1 : 1)
}
