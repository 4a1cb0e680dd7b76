import { type Static, Type } from '#typebox'

/** One price, as the quotes service returns it. */
export const Quote = Type.Object({
  symbol: Type.String({ minLength: 1, maxLength: 32 }),
  name: Type.String(),
  price: Type.Number(),
  previous: Type.Number({ description: 'Close of the day before' }),
  change: Type.Number({ description: 'price - previous' }),
  changePercent: Type.Number({ description: '1.5 means 1.5 %' }),
  currency: Type.String(),
  asOf: Type.String({ description: 'ISO 8601, when the price was made' }),
  stale: Type.Boolean({ description: 'Older than it should be: the source does not deliver' }),
  ageMs: Type.Number({ description: 'Since asOf, when it was answered' }),
})
export type Quote = Static<typeof Quote>

export const QuotesView = Type.Object({
  source: Type.Optional(Type.String({ description: 'simulated, replay or yahoo: where the prices come from' })),
  quotes: Type.Array(Quote),
})
export type QuotesView = Static<typeof QuotesView>

/** The data of each event of the stream: the quotes that changed. */
export const QuotesEvent = Type.Array(Quote)
export type QuotesEvent = Static<typeof QuotesEvent>

/** Every symbol at once, reduced to `points` each. */
export const QuotesHistoryQuery = Type.Object(
  { points: Type.Integer({ minimum: 2, maximum: 500, default: 60 }) },
  { additionalProperties: false },
)
export const QuoteHistory = Type.Object({
  symbol: Type.String(),
  points: Type.Array(Type.Object({ at: Type.String({ description: 'ISO 8601' }), price: Type.Number() })),
})
export type QuoteHistory = Static<typeof QuoteHistory>
export const QuotesHistoryView = Type.Object({ histories: Type.Array(QuoteHistory) })
export type QuotesHistoryView = Static<typeof QuotesHistoryView>
