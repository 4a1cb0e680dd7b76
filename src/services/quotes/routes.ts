import { HttpError, type HttpServer } from '../../base/http/http-server.ts'
import { problems } from '../../base/openapi/problem-schema.ts'
import { Type } from '../../base/schema/type.ts'
import type { Board } from './board.ts'
import { quotesErrors } from './errors.ts'
import { type Quote, QuoteSchema } from './quote.ts'
import type { QuoteStream } from './quote-stream.ts'

/**
 * Prices: all, one, its history, and the stream. Pollers who send If-None-Match get a 304 until something is new. `source` is the
 * provider's name: who reads prices learns whether they are simulated.
 */
export function addQuoteRoutes(
  app: HttpServer,
  { board, stream, source }: { board: Board; stream: QuoteStream; source: string },
): void {
  app.get(
    '/quotes',
    {
      schema: {
        response: {
          200: Type.Object({ source: SourceSchema, quotes: Type.Array(QuoteSchema) }),
          304: NotModified,
          ...problems(400, 503),
        },
      },
    },
    async (request, reply) => {
      const quotes = board.quotes()
      if (quotes.length === 0) throw noPrice()
      reply.headers(cacheHeaders(board, quotes))
      if (isCurrent(request.headers['if-none-match'], etagOf(board, quotes))) return reply.code(304).send()
      return { source, quotes }
    },
  )

  app.get(
    '/quotes/:symbol',
    { schema: { params: BySymbol, response: { 200: QuoteSchema, 304: NotModified, ...problems(400, 404, 503) } } },
    async (request, reply) => {
      const quote = quoteOf(board, request.params.symbol)
      reply.headers(cacheHeaders(board, [quote]))
      if (isCurrent(request.headers['if-none-match'], etagOf(board, [quote]))) return reply.code(304).send()
      return quote
    },
  )
  addHistoryRoute(app, board)
  addStreamRoute(app, stream)
}

const strict = { additionalProperties: false }

const BySymbol = Type.Object({ symbol: Type.String({ minLength: 1, maxLength: 20 }) }, strict)
const SourceSchema = Type.String({ description: 'simulated, replay or yahoo: where the prices come from' })
/** A 304 has no body. */
const NotModified = Type.Unsafe<undefined>({ type: 'null' })

const HistorySchema = Type.Object({
  symbol: Type.String(),
  name: Type.String(),
  currency: Type.String(),
  /** Oldest first. `at` is when it was fetched, `asOf` when it was traded; both ISO 8601. */
  points: Type.Array(Type.Object({ at: Type.String(), asOf: Type.String(), price: Type.Number() })),
})

function addHistoryRoute(app: HttpServer, board: Board): void {
  app.get(
    '/quotes/:symbol/history',
    {
      schema: {
        params: BySymbol,
        querystring: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 5_000, default: 100 }) }, strict),
        response: { 200: HistorySchema, ...problems(400, 404, 503) },
      },
    },
    async (request) => {
      const { symbol, name, currency } = quoteOf(board, request.params.symbol)
      const points = board.history(symbol, request.query.limit).map(({ price, fetchedAtMs, tradedAtMs }) => ({
        at: new Date(fetchedAtMs).toISOString(),
        asOf: new Date(tradedAtMs).toISOString(),
        price,
      }))
      return { symbol, name, currency, points }
    },
  )
}

function addStreamRoute(app: HttpServer, stream: QuoteStream): void {
  app.get('/quotes/stream', { exposeHeadRoute: false, schema: { response: problems(503) } }, (request, reply) => {
    if (!stream.hasRoom) {
      throw new HttpError(
        503,
        quotesErrors.error('FD_QUOTES_STREAM_UNAVAILABLE', { message: 'the stream takes no more clients now' }),
        { 'retry-after': '1' },
      )
    }
    reply.hijack()
    stream.add(reply.raw, request.headers['last-event-id']?.toString())
  })
}

/** @throws 404 for a symbol that is not watched, 503 while it has no price */
function quoteOf(board: Board, symbol: string): Quote {
  if (!board.symbols.includes(symbol)) {
    throw new HttpError(
      404,
      quotesErrors.error('FD_QUOTES_SYMBOL_UNKNOWN', {
        message: 'this symbol is not watched',
        expected: board.symbols.join(', '),
        given: symbol,
        next: 'QUOTES_SYMBOLS says which symbols are watched',
      }),
    )
  }
  const quote = board.quote(symbol)
  if (quote === undefined) throw noPrice()
  return quote
}

function noPrice(): HttpError {
  return new HttpError(
    503,
    quotesErrors.error('FD_QUOTES_NO_PRICE', {
      message: 'no price has been fetched yet',
      next: 'try again in a second; GET /ready says what is missing',
    }),
    { 'retry-after': '1' },
  )
}

/** Weak: the same prices with another age have the same tag, but not those that turned stale meanwhile. */
function etagOf(board: Board, quotes: readonly Quote[]): string {
  return `W/"${board.lastId}-${quotes.filter((quote) => quote.stale).length}"`
}

function cacheHeaders(board: Board, quotes: readonly Quote[]): Record<string, string> {
  return { etag: etagOf(board, quotes), 'cache-control': 'no-cache' }
}

function isCurrent(ifNoneMatch: string | undefined, etag: string): boolean {
  const strong = (tag: string) => tag.trim().replace(/^W\//, '')
  return ifNoneMatch?.split(',').some((tag) => tag.trim() === '*' || strong(tag) === strong(etag)) ?? false
}
