import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../wait.ts'
import { Audience, type AudienceLimits } from './audience.ts'

const MEBIBYTE = 1024 * 1024
let server: Server | undefined
let sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  sockets = []
  server?.closeAllConnections()
  server?.close()
})

async function gather(limits: AudienceLimits, { quick, slow }: { quick: number; slow: number }) {
  const seen = { dropped: 0, heard: Array<number>(quick).fill(0) }
  const audience = new Audience(limits, () => seen.dropped++)
  server = createServer((_, response) => audience.add(response, Buffer.from('first\n')))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  for (let number = 0; number < quick + slow; number++) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    if (number < quick) socket.on('data', (data) => (seen.heard[number] = (seen.heard[number] ?? 0) + data.length))
    else socket.pause()
    socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    sockets.push(socket)
  }
  await until('all to be there', () => audience.size === quick + slow)
  return { audience, seen }
}

const until = (what: string, isSo: () => boolean) =>
  waitUntil(async () => (isSo() ? done(undefined) : notYet('not yet')), { what, timeoutMs: 20_000, intervalMs: 1 })

describe('Audience', () => {
  it('drops who does not read, and tells the others all', async () => {
    const limits = { clients: 10, behindBytes: MEBIBYTE, allBehindBytes: Number.POSITIVE_INFINITY }
    const { audience, seen } = await gather(limits, { quick: 3, slow: 2 })
    let told = 0
    while (audience.size > 3) {
      audience.tell('x'.repeat(100_000))
      told += 100_000
      await until('those who read', () => seen.heard.every((bytes) => bytes >= told))
    }
    expect(seen.dropped).toBe(2)
    expect(audience.hasRoom).toBe(true)
  })

  it('holds no more for all of them than is allowed, whatever one alone may have', async () => {
    const limits = { clients: 20, behindBytes: 100 * MEBIBYTE, allBehindBytes: 4 * MEBIBYTE }
    const { audience, seen } = await gather(limits, { quick: 1, slow: 10 })
    for (let times = 0; times < 1_000 && audience.size > 1; times++) {
      audience.tell('x'.repeat(100_000))
      await until('who reads', () => (seen.heard[0] ?? 0) > (times + 1) * 100_000)
    }
    expect([audience.size, seen.dropped]).toEqual([1, 10])
  })

  it('has no room beyond its number of clients', async () => {
    const limits = { clients: 2, behindBytes: 1, allBehindBytes: 1 }
    expect((await gather(limits, { quick: 2, slow: 0 })).audience.hasRoom).toBe(false)
  })
})
