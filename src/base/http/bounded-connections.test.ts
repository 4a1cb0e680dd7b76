import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { boundConnections, mostConnections } from './bounded-connections.ts'

const MOST = 10
let server: Server
let waiting: ServerResponse[]
let port: number
let sockets: Socket[]

beforeEach(async () => {
  waiting = []
  sockets = []
  server = createServer((request, response) => {
    if (request.url === '/stream') waiting.push(response)
    else response.end('here')
  })
  boundConnections(server, MOST)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  port = (server.address() as AddressInfo).port
})
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  server.closeAllConnections()
  await once(server.close(), 'close')
})

async function open(path?: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  sockets.push(socket)
  await once(socket, 'connect')
  if (path !== undefined) socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
  return socket
}

const ask = async () => (await fetch(`http://127.0.0.1:${port}/`)).text()

describe('a server with bounded connections', () => {
  it('answers each request, however many connections are open that send nothing', async () => {
    for (let n = 0; n < 5 * MOST; n++) await open()
    expect(await ask()).toBe('here')
    const [count] = await new Promise<[number]>((resolve) => server.getConnections((_, n) => resolve([n])))
    expect(count).toBeLessThanOrEqual(MOST)
  })

  it('ends the one that has asked nothing for longest, and none that waits for its answer', async () => {
    const stream = await open('/stream')
    const idle = await open('/')
    await once(idle, 'data')
    await open()
    const fresh = await open('/')
    await once(fresh, 'data')
    const gone = once(idle, 'close')
    for (let n = 0; n < MOST - 3; n++) await open()
    await gone
    expect([stream.closed, fresh.closed]).toEqual([false, false])
  })

  it('turns a new one away when all of them wait', async () => {
    for (let n = 0; n < MOST; n++) {
      await open('/stream')
      while (waiting.length <= n) await new Promise((resolve) => setImmediate(resolve))
    }
    const late = await open('/')
    // Not by `once` of node:events, which rejects where the end comes as a reset.
    await new Promise((resolve) => late.once('close', resolve))
    waiting[0]?.end('over')
    await once(waiting[0] as ServerResponse, 'close')
    expect(await ask()).toBe('here')
  })
})

describe('the number of connections', () => {
  it.each([
    [256, 85],
    [20_000, 6_666],
    [16, 8],
  ])('with %d descriptors is %d', (limit, most) => {
    expect(mostConnections(limit)).toBe(most)
  })
})
