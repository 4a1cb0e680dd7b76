import { defined } from '../../../base/defined.ts'
import { QuoteHistory, QuotesView } from '../../contract.ts'
import { downsample } from '../downsample.ts'
import type { QuotesSource } from '../quotes-source.ts'
import type { Router } from '../router.ts'
import { relayStream } from '../stream-relay.ts'

/** The routes of quotes. */

/** Longer than any heartbeat: a stream that is silent for so long is dead, and its client must notice. */
const STREAM_SILENCE_MS = 60_000
const HISTORIES_AT_A_TIME = 8

/** Passes quotes on to the page, so that it needs no other origin than control's. */
export function addQuotesRoutes(router: Router, source: QuotesSource): void {
  router.add('quotes', () => source.get('/quotes', QuotesView))
  router.add('quotesHistory', async ({ query: { points } }) => {
    const waiting = (await source.get('/quotes', QuotesView)).quotes.map((quote) => quote.symbol)
    const histories: QuoteHistory[] = []
    const work = async () => {
      for (let symbol = waiting.shift(); symbol !== undefined; symbol = waiting.shift()) {
        const history = await source.get(`/quotes/${encodeURIComponent(symbol)}/history`, QuoteHistory)
        histories.push({ symbol, points: downsample(history.points, points) })
      }
    }
    await Promise.all(Array.from({ length: HISTORIES_AT_A_TIME }, work))
    return { histories }
  })
  relayStream(router, 'quotesStream', {
    tooMany: 'FD_QUOTES_TOO_MANY_STREAMS',
    open: (lastEventId, signal) =>
      source.stream(
        '/quotes/stream',
        { accept: 'text/event-stream', ...defined({ 'last-event-id': lastEventId }) },
        { silenceMs: STREAM_SILENCE_MS, signal },
      ),
  })
}
