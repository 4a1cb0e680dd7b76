import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { OneWriteResponse } from './one-write-response.ts'

let server: Server
afterEach(() => void server.close().closeAllConnections())

async function serve(answer: RequestListener<typeof import('node:http').IncomingMessage, typeof OneWriteResponse>) {
  server = createServer({ ServerResponse: OneWriteResponse }, answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** All that the server sends until it closes, as text. */
async function exchange(port: number, ...requests: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(requests.map((one) => `${one}\r\nHost: here\r\n\r\n`).join(''))
  return (await buffer(socket)).toString()
}

const CLOSE = 'Connection: close'
const TEXT = 'äöü €'
const HEAD = { 'content-length': String(Buffer.byteLength(TEXT)) }

describe('OneWriteResponse', () => {
  it.each<[string, Parameters<typeof serve>[0]]>([
    ['with a known head', (_, response) => response.writeHead(200, HEAD).end(TEXT)],
    ['with an encoding', (_, response) => response.writeHead(200, HEAD).end(TEXT, 'utf8')],
    ['without a head', (_, response) => response.end(TEXT)],
    ['as bytes', (_, response) => response.writeHead(200, HEAD).end(Buffer.from(TEXT))],
    [
      'in pieces',
      (_, response) => {
        response.writeHead(200, HEAD).write(TEXT.slice(0, 3))
        response.end(TEXT.slice(3))
      },
    ],
  ])('sends the same text %s', async (_, answer) => {
    const port = await serve(answer)
    const text = await exchange(port, `GET / HTTP/1.1\r\n${CLOSE}`)
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/)
    expect(text.toLowerCase()).toContain(`content-length: ${HEAD['content-length']}\r\n`)
    expect(text.endsWith(`\r\n\r\n${TEXT}`)).toBe(true)
  })

  it('sends what is chunked in chunks', async () => {
    const port = await serve((_, response) => response.writeHead(200).end('abc'))
    expect(await exchange(port, `GET / HTTP/1.1\r\n${CLOSE}`)).toMatch(/\r\n\r\n3\r\nabc\r\n0\r\n\r\n$/)
  })

  it('sends no body to HEAD, nor with 204', async () => {
    const port = await serve((request, response) => {
      response.writeHead(request.method === 'HEAD' ? 200 : 204, request.method === 'HEAD' ? HEAD : {}).end(TEXT)
    })
    for (const method of ['HEAD', 'GET'])
      expect(await exchange(port, `${method} / HTTP/1.1\r\n${CLOSE}`)).toMatch(/\r\n\r\n$/)
  })

  it('answers what came at once in its order, each once', async () => {
    const port = await serve((request, response) => {
      const text = `you asked for ${request.url}`
      // The first one takes longest.
      setTimeout(
        () => response.writeHead(200, { 'content-length': text.length }).end(text),
        request.url === '/1' ? 30 : 1,
      )
    })
    const text = await exchange(port, 'GET /1 HTTP/1.1', 'GET /2 HTTP/1.1', `GET /3 HTTP/1.1\r\n${CLOSE}`)
    expect(text.match(/you asked for \/\d/g)).toEqual(['you asked for /1', 'you asked for /2', 'you asked for /3'])
  })

  it('loses nothing of a large text to a slow reader, and says when all is sent', async () => {
    const large = 'abcdefgh'.repeat(1_000_000)
    const sent: string[] = []
    const port = await serve((_, response) => {
      response.on('finish', () => sent.push('finish')).on('close', () => sent.push('close'))
      response.writeHead(200, { 'content-length': large.length }).end(large, () => sent.push('callback'))
    })
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET / HTTP/1.1\r\nHost: here\r\n${CLOSE}\r\n\r\n`)
    socket.pause()
    await once(server, 'request')
    expect(sent).toEqual([])
    const text = (await buffer(socket)).toString()
    expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe(large)
    expect(sent.sort()).toEqual(['callback', 'close', 'finish'])
  })

  it('reports a second end as Node does', async () => {
    let error: NodeJS.ErrnoException | undefined
    const port = await serve((_, response) => {
      response.on('error', (given) => {
        error = given
      })
      response.writeHead(200, HEAD).end(TEXT)
      response.end('more')
    })
    await exchange(port, `GET / HTTP/1.1\r\n${CLOSE}`)
    expect(error?.code).toBe('ERR_STREAM_WRITE_AFTER_END')
  })
})
