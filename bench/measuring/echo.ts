import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface EchoServer {
  port: number
  close(): Promise<void>
}

/** A server on this machine that sends back what it gets. */
export async function startEcho(): Promise<EchoServer> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
    socket.pipe(socket)
  })
  server.listen({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Milliseconds from connecting to the end of the answer, on a connection of its own. Rejects when it is cut off or late. */
export async function roundTripMs(port: number, timeoutMs: number): Promise<number> {
  const text = 'ping'
  const startedMs = performance.now()
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  try {
    return await new Promise<number>((resolve, reject) => {
      let received = 0
      const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
      socket
        .on('data', ({ length }) => {
          received += length
          if (received < text.length) return
          clearTimeout(timer)
          resolve(performance.now() - startedMs)
        })
        .on('error', reject)
        .once('close', () => {
          clearTimeout(timer)
          reject(new Error('cut off'))
        })
        .write(text)
    })
  } finally {
    socket.destroy()
  }
}
