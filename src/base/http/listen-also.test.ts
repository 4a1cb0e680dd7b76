import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from './http-server.ts'
import { listenAlso } from './listen-also.ts'

const apps: HttpServer[] = []
const doors: (() => void)[] = []
afterEach(async () => {
  for (const end of doors.splice(0)) end()
  for (const app of apps.splice(0)) await app.close()
})

async function serve() {
  const app = createHttpServer({ logger: pino({ level: 'silent' }) })
  apps.push(app)
  app.get('/who', async ({ socket }) => ({ local: socket.localAddress, remote: socket.remoteAddress }))
  const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
  return { app, port }
}

describe('a server that listens at a second address', () => {
  it('answers at both, and knows at which one it was asked', async () => {
    const { app, port } = await serve()
    doors.push(await listenAlso(app.server, { host: '127.0.0.9', port }))
    for (const host of ['127.0.0.1', '127.0.0.9']) {
      expect(await (await fetch(`http://${host}:${port}/who`)).json()).toMatchObject({ local: host })
    }
  })

  it('ends the connections of both when it closes, and refuses new ones', async () => {
    const { app, port } = await serve()
    const end = await listenAlso(app.server, { host: '127.0.0.9', port })
    const socket = connect(port, '127.0.0.9')
    await once(socket, 'connect')
    socket.write('GET /who HTTP/1.1\r\nhost: 127.0.0.9\r\n\r\n')
    await once(socket, 'data')
    const ended = once(socket, 'close')
    end()
    await app.close()
    socket.end()
    await ended
    await expect(fetch(`http://127.0.0.9:${port}/who`)).rejects.toThrow()
  })

  it('says that the other address is taken', async () => {
    const taken = createTcpServer().listen(0, '127.0.0.9')
    await once(taken, 'listening')
    const server = createServer()
    await expect(
      listenAlso(server, { host: '127.0.0.9', port: (taken.address() as AddressInfo).port }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' })
    taken.close()
  })
})
