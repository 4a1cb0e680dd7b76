import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import type { ClusterDoor } from '../cluster.ts'
import { refused } from '../test-api-server.ts'
import { execInPod } from './exec-in-pod.ts'

let server: Server
afterEach(() => server.close().closeAllConnections())

/** A server that lets `serve` speak on each WebSocket, and the way to it. */
async function door(serve: (socket: Duplex, path: string) => void): Promise<ClusterDoor> {
  server = createServer((_, response) => {
    const { status, body } = refused(403, 'Forbidden', 'you must not')
    response.writeHead(status).end(JSON.stringify(body))
  })
  server.on('upgrade', (request, socket) => {
    const key = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\nSec-WebSocket-Protocol: ${request.headers['sec-websocket-protocol']}\r\n\r\n`,
    )
    serve(socket, request.url ?? '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    connect: () =>
      new Promise<Socket>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => resolve(socket))
      }),
    headers: async () => ({ authorization: 'Bearer x' }),
  }
}

function say(socket: Duplex, channel: number, text: string): void {
  const payload = Buffer.concat([Buffer.from([channel]), Buffer.from(text)])
  socket.write(Buffer.concat([Buffer.from([0x82, payload.length]), payload]))
}

const request = {
  container: { namespace: 'shop', pod: 'web-1', container: 'app' },
  command: ['sh', '-c', 'exit 3 & echo "$x"'],
  options: { timeoutMs: 10_000 },
} as const

const ended = (code: number) =>
  JSON.stringify({
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  })

describe('a program in a pod, over a WebSocket', () => {
  it('is run with its arguments as they are; what it prints and its exit code come back', async () => {
    let path = ''
    const way = await door((socket, url) => {
      path = url
      socket.write(Buffer.from([0x89, 0]))
      say(socket, 1, 'out')
      say(socket, 2, 'err')
      say(socket, 1, 'put\n')
      say(socket, 3, ended(3))
    })
    expect(await execInPod(way, request)).toEqual({ code: 3, stdout: 'output\n', stderr: 'err' })
    const url = new URL(path, 'http://x')
    expect(url.pathname).toBe('/api/v1/namespaces/shop/pods/web-1/exec')
    expect(url.searchParams.getAll('command')).toEqual(request.command)
    expect(url.searchParams.get('container')).toBe('app')
  })

  it('has ended well with the status Success', async () => {
    const way = await door((socket) => say(socket, 3, '{"status":"Success"}'))
    expect(await execInPod(way, request)).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('that cannot be run is an error with its reason', async () => {
    const message = 'exec: "sh": executable file not found in $PATH'
    const way = await door((socket) => say(socket, 3, JSON.stringify({ status: 'Failure', message })))
    await expect(execInPod(way, request)).rejects.toMatchObject({ code: 'FD_KUBERNETES_ANSWER', message })
  })

  it('whose connection ends first is an error, and so is one that does not end', async () => {
    const way = await door((socket) => socket.end())
    await expect(execInPod(way, request)).rejects.toMatchObject({
      code: 'FD_KUBERNETES_UNREACHABLE',
      message: 'the connection ended before the program',
    })
    server.close().closeAllConnections()
    const silent = await door(() => undefined)
    await expect(execInPod(silent, { ...request, options: { timeoutMs: 100 } })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_UNREACHABLE',
      message: 'it has not ended within 0.1 s',
    })
  })

  it('that is not allowed is refused with the reason of the server', async () => {
    const way = await door(() => undefined)
    server.removeAllListeners('upgrade')
    await expect(execInPod(way, request)).rejects.toMatchObject({
      code: 'FD_KUBERNETES_FORBIDDEN',
      message: 'you must not',
    })
  })
})
