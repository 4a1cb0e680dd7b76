import { once } from 'node:events'
import { createServer } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHttpServer, type HttpServer } from '../../../base/http/http-server.ts'
import { testCallers } from '../access/test-callers.ts'
import { closePromptly } from '../close-promptly.ts'
import { QuotesSource } from '../quotes-source.ts'
import { Router } from '../router.ts'
import { quoteOf, RuntimeWithQuotes, TestQuotes } from '../test-quotes.ts'
import { addQuotesRoutes } from './quotes-routes.ts'

let quotes: TestQuotes
let runtime: RuntimeWithQuotes
let app: HttpServer
let url: string

beforeEach(async () => {
  quotes = new TestQuotes()
  await quotes.start()
  quotes.push(quoteOf('AAPL', 101), quoteOf('BRK/B', 99))
  runtime = new RuntimeWithQuotes()
  runtime.replicas = [{ port: quotes.port, state: 'healthy' }]
  app = createHttpServer({ logger: pino({ level: 'silent' }) })
  closePromptly(app)
  addQuotesRoutes(
    new Router(app, testCallers({ operator: 'o', responder: 'r' })),
    new QuotesSource(() => runtime.services()),
  )
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  await app.close()
  await quotes.stop()
})

const problem = async (path: string) => {
  const response = await fetch(url + path)
  return { status: response.status, ...((await response.json()) as { code: string; given?: string }) }
}

describe('GET /v1/quotes', () => {
  it('passes on what the quotes service returns', async () => {
    expect(await (await fetch(`${url}/v1/quotes`)).json()).toEqual({ quotes: quotes.quotes })
  })

  it('asks another replica when the first does not answer', async () => {
    runtime.replicas = [
      { port: 1, state: 'healthy' },
      { port: quotes.port, state: 'healthy' },
    ]
    expect((await fetch(`${url}/v1/quotes`)).status).toBe(200)
  })

  it('asks a healthy replica before one that is not', async () => {
    runtime.replicas = [
      { port: 1, state: 'unhealthy' },
      { port: 2, state: 'starting' },
      { port: quotes.port, state: 'healthy' },
    ]
    expect((await fetch(`${url}/v1/quotes`)).status).toBe(200)
  })

  it.each([
    ['there is no quotes service', () => [], 503, 'FD_QUOTES_ABSENT'],
    ['its replica has exited', () => [{ port: 1, state: 'exited' as const }], 503, 'FD_QUOTES_ABSENT'],
    ['its replica refuses connections', () => [{ port: 1, state: 'healthy' as const }], 502, 'FD_QUOTES_UNREACHABLE'],
  ])('says so with a code when %s', async (_, replicas, status, code) => {
    runtime.replicas = replicas()
    for (const path of ['/v1/quotes', '/v1/quotes/history', '/v1/quotes/stream']) {
      expect(await problem(path), path).toMatchObject({ status, code })
    }
  })

  it('gives up on a replica that accepts and never answers, in time for the banner', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    runtime.replicas = [{ port: (silent.address() as { port: number }).port, state: 'healthy' }]
    const sinceMs = performance.now()
    expect(await problem('/v1/quotes')).toMatchObject({ status: 502, code: 'FD_QUOTES_UNREACHABLE' })
    expect(performance.now() - sinceMs).toBeLessThan(5_000)
    silent.close()
  })

  it.each([
    ['no JSON', '<html>'],
    ['a price that is a text', JSON.stringify({ quotes: [{ ...quoteOf('AAPL', 1), price: '1' }] })],
  ])('does not pass on %s', async (_, body) => {
    quotes.handler = (_request, response) => void response.end(body)
    expect(await problem('/v1/quotes')).toMatchObject({ status: 502, code: 'FD_QUOTES_INVALID' })
  })
})

describe('GET /v1/quotes/history', () => {
  it('returns the history of every symbol, downsampled, with its first and last point', async () => {
    const answer = (await (await fetch(`${url}/v1/quotes/history?points=20`)).json()) as {
      histories: { symbol: string; points: { price: number }[] }[]
    }
    expect(answer.histories.map(({ symbol }) => symbol).sort()).toEqual(['AAPL', 'BRK/B'])
    expect(answer.histories.map(({ points }) => points.length)).toEqual([20, 20])
  })

  it('refuses an absurd number of points', async () => {
    expect(await problem('/v1/quotes/history?points=1000000')).toMatchObject({ status: 400, code: 'FD_HTTP_INVALID' })
  })
})

describe('GET /v1/quotes/stream', () => {
  const open = async (headers: Record<string, string> = {}) => {
    const controller = new AbortController()
    const response = await fetch(`${url}/v1/quotes/stream`, { headers, signal: controller.signal })
    const reader = (response.body ?? expect.fail('no body')).pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    const until = async (wanted: string) => {
      while (!text.includes(wanted)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`ended before "${wanted}": ${text}`)
        text += value
      }
    }
    const end = async () => {
      while (!(await reader.read()).done);
    }
    return { response, until, end, close: () => controller.abort() }
  }

  it('passes events on as they come, with their ids, and hands on Last-Event-ID', async () => {
    const stream = await open({ 'last-event-id': '41' })
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream')
    await stream.until(': hello')
    expect(quotes.lastEventIds).toEqual(['41'])
    quotes.push(quoteOf('AAPL', 102))
    await stream.until('id: 2')
    await stream.until('"price":102')
    stream.close()
  })

  it('lets go of the service when the client goes away', async () => {
    const stream = await open()
    await stream.until(': hello')
    expect(quotes.streams.size).toBe(1)
    stream.close()
    await vi.waitFor(() => expect(quotes.streams.size).toBe(0), { timeout: 20_000 })
  })

  it('breaks when the service dies, so that the page notices', async () => {
    const stream = await open()
    await stream.until(': hello')
    await quotes.stop()
    await expect(stream.end()).rejects.toThrow()
  })

  it('does not keep control from closing', async () => {
    const stream = await open()
    await stream.until(': hello')
    await app.close()
    await stream.end().catch(() => undefined)
    await vi.waitFor(() => expect(quotes.streams.size).toBe(0), { timeout: 20_000 })
  })

  it('is refused once there are too many', async () => {
    const streams = await Promise.all(Array.from({ length: 100 }, () => open()))
    expect(await problem('/v1/quotes/stream')).toMatchObject({ status: 503, code: 'FD_QUOTES_TOO_MANY_STREAMS' })
    for (const stream of streams) stream.close()
    await vi.waitFor(
      async () => {
        const stream = await open()
        stream.close()
        expect(stream.response.status).toBe(200)
      },
      { timeout: 20_000 },
    )
  })
})
