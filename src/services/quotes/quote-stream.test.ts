import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import { Board } from './board.ts'
import { QuoteStream } from './quote-stream.ts'
import { StreamClient } from './test-stream.ts'

const symbols = Array.from({ length: 50 }, (_, index) => `S${index}`)
const tick = (id: number) => ({
  id,
  fetchedAtMs: Date.now() + id,
  prices: symbols.map((symbol) => ({
    symbol,
    name: symbol,
    price: id,
    previous: 1,
    currency: 'USD',
    tradedAtMs: 0,
  })),
})

describe('a client of the stream that does not read', () => {
  it('is dropped before much is kept for it; the others lose nothing', async () => {
    const metrics = new Metrics()
    const board = new Board({ symbols, capacity: 10, staleAfterMs: 60_000, nowMs: Date.now })
    const stream = new QuoteStream({ board, heartbeatMs: 60_000, metrics })
    const server = createServer((_, response) => stream.add(response, undefined))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const slow = connect(port, '127.0.0.1').pause()
    slow.on('error', () => undefined)
    slow.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    const client = await StreamClient.open(`http://127.0.0.1:${port}`)
    const value = async (name: string) =>
      Number(new RegExp(`^${name} (.*)$`, 'm').exec(await metrics.render())?.[1] ?? Number.NaN)
    const until = (what: string, check: () => Promise<boolean>) =>
      waitUntil(async () => ((await check()) ? done(undefined) : notYet('not yet')), {
        what,
        timeoutMs: 20_000,
        intervalMs: 1,
      })
    await until('both to be there', async () => (await value('stock_stream_clients')) === 2)
    let id = 0
    await until('the slow one to be dropped', async () => {
      // A little at a time, for a client that reads must be able to keep up.
      for (let ticks = 0; ticks < 5; ticks++) board.apply(tick(++id))
      await client.received(id)
      return (await value('stock_stream_dropped_total')) === 1
    })
    expect(await value('stock_stream_clients')).toBe(1)
    expect(client.hasEnded).toBe(false)
    expect(client.events.map((event) => Number(event.id))).toEqual(Array.from({ length: id }, (_, index) => index + 1))
    stream.close()
    slow.destroy()
    client.close()
    server.closeAllConnections()
    server.close()
  })
})
