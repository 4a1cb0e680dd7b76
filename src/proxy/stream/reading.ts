import { type OnReadOpts, Socket } from 'node:net'

/**
 * Takes bytes that a socket has read, in memory that it will read into again. Answers whether the memory is free at once;
 * if not, it is the taker's until it resumes the socket.
 */
export type Take = (bytes: Buffer) => boolean

/** Pieces up to this size are copied; for a larger one the receiver may keep the socket's memory instead. */
export const SMALL_BYTES = 4 * 1024
const LARGE_BYTES = 64 * 1024
/** Bytes that a socket keeps for a slow receiver before it says so: it must speak up about every piece that is not copied. */
export const SOCKET_OPTIONS = { allowHalfOpen: true, noDelay: true, highWaterMark: SMALL_BYTES } as const

/** All sockets with little to say read into the same memory: it is copied before the next one reads. */
const shared = Buffer.allocUnsafeSlow(SMALL_BYTES)
/** Memory of sockets that had much to say for a while, up to 4 MiB of it. */
const spare: Buffer[] = []
const MAX_SPARE = 64

/**
 * Reads without a stream in between: Node allocates 64 KiB for every read of a stream's, a third of what passing on a small
 * request costs.
 */
export function readInto(take: Take): OnReadOpts {
  let memory: Buffer = shared
  return {
    buffer: () => memory,
    callback: (length, bytes) => {
      const isFree = take((bytes as Buffer).subarray(0, length))
      if (memory === shared) {
        if (length === SMALL_BYTES) memory = spare.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES)
      } else if (length < SMALL_BYTES && isFree) {
        if (spare.length < MAX_SPARE) spare.push(memory)
        memory = shared
      }
      return isFree
    },
  }
}

/** What Node keeps behind a socket. Not part of its documented interface, so that nothing is taken for granted. */
interface Internals {
  _handle?: object | null
}

/**
 * Goes on with an accepted, paused socket as one that reads that way, which `net.Server` has no option for. Where a version
 * of Node does not let us, the socket stays what it is: slower, and nothing else.
 */
export function adopt(accepted: Socket, take: Take): Socket {
  const internals = accepted as unknown as Internals
  const handle = internals._handle
  if (typeof handle !== 'object' || handle === null || !('useUserBuffer' in handle)) return readAsStream(accepted, take)
  internals._handle = null
  // The server no longer counts this socket; without a handle it closes nothing.
  accepted.destroy()
  return new Socket({ ...SOCKET_OPTIONS, handle, onread: readInto(take) } as object)
}

/** The way that every version of Node has. */
export function readAsStream(socket: Socket, take: Take): Socket {
  socket.on('data', (bytes: Buffer) => {
    if (!take(bytes)) socket.pause()
  })
  return socket
}
