import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Provider } from './provider.ts'
import { loadYahooLibrary } from './yahoo-library.ts'

/** A server that answers as Yahoo does: a page that sets a cookie, a crumb for the cookie, quotes for both. */
let server: Server
let requests: URL[]
let crumb: string
let answer: (url: URL, response: ServerResponse) => void
let yahoo: Provider
let clear: () => Promise<void>

const apple = {
  language: 'en-US',
  region: 'US',
  quoteType: 'EQUITY',
  currency: 'USD',
  shortName: 'Apple Inc.',
  longName: 'Apple Inc.',
  marketState: 'REGULAR',
  regularMarketTime: 1_763_668_800,
  regularMarketPrice: 266.25,
  regularMarketPreviousClose: 268.56,
  exchange: 'NMS',
  tradeable: false,
  symbol: 'AAPL',
}
const microsoft = { ...apple, symbol: 'MSFT', longName: 'Microsoft Corporation', regularMarketPrice: 478.43 }
const quotes =
  (...result: unknown[]) =>
  (_: URL, response: ServerResponse) =>
    json(response, 200, { quoteResponse: { result, error: null } })
const status =
  (code: number, headers: Record<string, string> = {}) =>
  (_: URL, response: ServerResponse) =>
    void response.writeHead(code, headers).end('Too Many Requests\r\n')

function json(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://yahoo.test')
  requests.push(url)
  if (url.pathname.startsWith('/quote/')) {
    const cookie = `A3=d=${crumb}; Max-Age=31557600; Domain=.yahoo.com; Path=/; SameSite=None; Secure; HttpOnly`
    response.writeHead(200, { 'set-cookie': cookie, 'content-type': 'text/html' }).end('<html></html>')
  } else if (request.headers.cookie !== `A3=d=${crumb}`) {
    json(response, 401, { finance: { result: null, error: { code: 'Unauthorized', description: 'Invalid Cookie' } } })
  } else if (url.pathname === '/v1/test/getcrumb') {
    response.end(crumb)
  } else if (url.searchParams.get('crumb') !== crumb) {
    json(response, 401, { finance: { result: null, error: { code: 'Unauthorized', description: 'Invalid Crumb' } } })
  } else {
    answer(url, response)
  }
}

beforeAll(async () => {
  server = createServer(serve)
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

beforeEach(async () => {
  requests = []
  crumb = `crumb-${Math.random()}`
  const { createYahoo } = await import('./yahoo.ts')
  const { getCrumbClear, ExtendedCookieJar } = await loadYahooLibrary()
  clear = () => getCrumbClear(new ExtendedCookieJar())
  yahoo = await createYahoo({
    seed: 1,
    replayFile: '',
    yahooUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    logger: pino({ level: 'silent' }),
    nowMs: Date.now,
  })
})
// The library remembers its crumb for the whole process.
afterEach(() => clear())

const fetchBoth = (signal = new AbortController().signal) => yahoo.fetch(['AAPL', 'MSFT'], signal)
const quoteRequests = () => requests.filter((url) => url.pathname === '/v7/finance/quote')

describe('Yahoo Finance', () => {
  it('is asked for all symbols in one request, with cookie and crumb fetched once', async () => {
    answer = quotes(apple, microsoft)
    const prices = await fetchBoth()
    expect(prices).toEqual([
      {
        symbol: 'AAPL',
        name: 'Apple Inc.',
        price: 266.25,
        previous: 268.56,
        currency: 'USD',
        tradedAtMs: 1_763_668_800_000,
      },
      expect.objectContaining({ symbol: 'MSFT', name: 'Microsoft Corporation', price: 478.43 }),
    ])
    await fetchBoth()
    expect(requests.map((url) => url.pathname)).toEqual([
      '/quote/AAPL',
      '/v1/test/getcrumb',
      '/v7/finance/quote',
      '/v7/finance/quote',
    ])
    expect(quoteRequests()[0]?.searchParams.get('symbols')).toBe('AAPL,MSFT')
  })

  it('gets a new cookie and crumb when the old ones are no longer taken', async () => {
    answer = quotes(apple, microsoft)
    await fetchBoth()
    crumb = 'another'
    expect(await fetchBoth()).toHaveLength(2)
    expect(quoteRequests().map((url) => url.searchParams.get('crumb'))).toEqual([
      expect.stringContaining('crumb-'),
      expect.stringContaining('crumb-'),
      'another',
    ])
  })

  it.each([
    ['in seconds', '7', 7_000],
    ['not at all', undefined, undefined],
  ])('says how long to wait after a 429, which Yahoo states %s', async (_, header, retryAfterMs) => {
    answer = status(429, header === undefined ? {} : { 'retry-after': header })
    await expect(fetchBoth()).rejects.toMatchObject({ message: 'Yahoo answered 429', retryAfterMs })
    expect(quoteRequests()).toHaveLength(1)
  })

  it('leaves out a malformed quote, keeps the good one, and makes nothing up', async () => {
    answer = quotes({ ...apple, regularMarketPrice: 'n/a' }, microsoft, null, { symbol: 'X' })
    expect((await fetchBoth()).map(({ symbol, price }) => [symbol, price])).toEqual([['MSFT', 478.43]])
  })

  it.each([
    ['a price of 0', quotes({ ...apple, regularMarketPrice: 0 })],
    ['no previous close', quotes({ ...apple, regularMarketPreviousClose: undefined })],
    ['no time', quotes({ ...apple, regularMarketTime: 'yesterday' })],
    ['no quotes', quotes()],
    ['JSON of another form', (_: URL, response: ServerResponse) => json(response, 200, { quotes: [apple] })],
    ['HTML', (_: URL, response: ServerResponse) => void response.end('<html>we will be right back</html>')],
    ['half an answer', (_: URL, response: ServerResponse) => void response.end('{"quoteResponse":{"result":[{"sy')],
    ['a 500', status(500)],
    ['a 404', status(404)],
    ['a broken connection', (_: URL, response: ServerResponse) => void response.destroy()],
  ])('fails with a problem that is named, and no price, on %s', async (_, one) => {
    answer = one
    await expect(fetchBoth()).rejects.toMatchObject({ problem: { code: 'FD_QUOTES_PROVIDER' } })
  })

  it('stops waiting when its signal is aborted', async () => {
    answer = () => undefined
    const startedMs = performance.now()
    await expect(fetchBoth(AbortSignal.timeout(100))).rejects.toThrow()
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  })
})

describe('the library for Yahoo', () => {
  it('is named, with how to install it, where it is missing', async () => {
    const missing = () => import('yahoo-finance2-that-nobody-has' as string) as ReturnType<typeof loadYahooLibrary>
    await expect(loadYahooLibrary(missing)).rejects.toMatchObject({
      code: 'FD_QUOTES_LIBRARY_MISSING',
      details: { next: expect.stringContaining('npm install --ignore-scripts yahoo-finance2@~3.14.3') },
    })
  })

  it('that fails otherwise says so itself', async () => {
    const broken = () => Promise.reject(new SyntaxError('half a file'))
    await expect(loadYahooLibrary(broken)).rejects.toThrow('half a file')
  })
})
