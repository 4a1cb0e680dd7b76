import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { startUpstream, type TestUpstream } from '../test-ends.ts'
import { reset } from './reset.ts'

let upstream: TestUpstream | undefined
afterEach(() => upstream?.close())

/** How the other side sees the end of a connection that `end` ends: a FIN, or what was sent before it was reset, can come first. */
async function seen(end: (socket: Socket) => void): Promise<string> {
  let saw: string | undefined
  upstream = await startUpstream((socket) => {
    socket.resume()
    socket.on('error', (error: NodeJS.ErrnoException) => {
      saw ??= error.code ?? ''
    })
    socket.on('end', () => {
      saw ??= 'end'
    })
  })
  const { port, sockets } = upstream
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  await waitUntil(async () => (sockets.size === 1 ? done(undefined) : notYet('')), {
    what: 'the connection to be accepted',
    timeoutMs: 20_000,
    intervalMs: 1,
  })
  const closed = once(socket, 'close')
  end(socket)
  await closed
  return waitUntil(async () => (saw === undefined ? notYet('nothing yet') : done(saw)), {
    what: 'the other side to see it',
    timeoutMs: 20_000,
    intervalMs: 1,
  })
}

describe('a reset', () => {
  it.each<[string, (socket: Socket) => void, string[]?]>([
    ['that is open', (socket) => reset(socket), ['ECONNRESET']],
    [
      'with much to write',
      (socket) => {
        socket.write(Buffer.alloc(20_000_000))
        reset(socket)
      },
    ],
    [
      'that is sending its FIN',
      (socket) => {
        socket.end()
        process.nextTick(() => reset(socket))
      },
    ],
    [
      'that is to end after what it writes',
      (socket) => {
        socket.end(Buffer.alloc(20_000_000))
        reset(socket)
      },
    ],
  ])('closes a socket %s, and the other side sees it', async (_name, end, seenAs = ['ECONNRESET', 'end']) => {
    expect(seenAs).toContain(await seen(end))
  })
})
