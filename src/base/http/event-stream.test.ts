import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../wait.ts'
import { EventStream, type EventStreamOptions, serverSentEvent } from './event-stream.ts'

const MEBIBYTE = 1024 * 1024
let server: Server | undefined
let sockets: Socket[] = []
let streams: EventStream[] = []
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  sockets = []
  for (const stream of streams) stream.close()
  streams = []
  server?.closeAllConnections()
  server?.close()
})

async function gather(
  limits: Omit<EventStreamOptions, 'heartbeatMs'>,
  { quick, slow }: { quick: number; slow: number },
) {
  const seen = { dropped: 0, received: Array<number>(quick).fill(0) }
  const stream = new EventStream({ ...limits, heartbeatMs: 60_000, onDropped: () => seen.dropped++ })
  streams.push(stream)
  server = createServer((_, response) => stream.add(response, Buffer.from('first\n')))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  for (let number = 0; number < quick + slow; number++) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    if (number < quick)
      socket.on('data', (data) => (seen.received[number] = (seen.received[number] ?? 0) + data.length))
    else socket.pause()
    socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    sockets.push(socket)
  }
  await until('all to be there', () => stream.size === quick + slow)
  return { stream, seen }
}

const until = (what: string, isSo: () => boolean) =>
  waitUntil(async () => (isSo() ? done(undefined) : notYet('not yet')), { what, timeoutMs: 20_000, intervalMs: 1 })

describe('EventStream', () => {
  it('drops a client that does not read, and sends everything to the others', async () => {
    const limits = { clients: 10, behindBytes: MEBIBYTE, allBehindBytes: Number.POSITIVE_INFINITY }
    const { stream, seen } = await gather(limits, { quick: 3, slow: 2 })
    let sentBytes = 0
    while (stream.size > 3) {
      stream.send('x'.repeat(100_000))
      sentBytes += 100_000
      await until('the clients that read', () => seen.received.every((bytes) => bytes >= sentBytes))
    }
    expect(seen.dropped).toBe(2)
    expect(stream.hasRoom).toBe(true)
  })

  it('holds no more for all clients together than is allowed, even where one alone may have more', async () => {
    const limits = { clients: 20, behindBytes: 100 * MEBIBYTE, allBehindBytes: 4 * MEBIBYTE }
    const { stream, seen } = await gather(limits, { quick: 1, slow: 10 })
    for (let times = 0; times < 1_000 && stream.size > 1; times++) {
      stream.send('x'.repeat(100_000))
      await until('the client that reads', () => (seen.received[0] ?? 0) > (times + 1) * 100_000)
    }
    expect([stream.size, seen.dropped]).toEqual([1, 10])
  })

  it('has no room beyond its number of clients', async () => {
    const limits = { clients: 2, behindBytes: 1, allBehindBytes: 1 }
    expect((await gather(limits, { quick: 2, slow: 0 })).stream.hasRoom).toBe(false)
  })

  it('has no room once it is closed, and ends the streams of its clients', async () => {
    const limits = { clients: 2, behindBytes: 1, allBehindBytes: 1 }
    const { stream } = await gather(limits, { quick: 1, slow: 0 })
    stream.close()
    expect(stream.hasRoom).toBe(false)
    await until('the client to be gone', () => stream.size === 0)
  })

  it('sends a heartbeat, and counts the clients that each event is sent to', async () => {
    const sent: number[] = []
    const stream = new EventStream({
      clients: 1,
      behindBytes: 1,
      allBehindBytes: 1,
      heartbeatMs: 5,
      onSent: (to) => sent.push(to),
    })
    streams.push(stream)
    await until('two heartbeats', () => sent.length >= 2)
    expect(sent.slice(0, 2)).toEqual([0, 0])
  })
})

describe('serverSentEvent', () => {
  it('writes an id only where there is one', () => {
    expect(serverSentEvent('quotes', '[]')).toBe('event: quotes\ndata: []\n\n')
    expect(serverSentEvent('quotes', '[]', 7)).toBe('id: 7\nevent: quotes\ndata: []\n\n')
  })
})
