import { type OnReadOpts, Socket } from 'node:net'

/**
 * Receives bytes that a socket has read, in memory that it will read into again. Returns whether the memory is free at once; if
 * not, it belongs to the receiver until the receiver resumes the socket.
 */
export type Take = (bytes: Buffer) => boolean

/** Pieces up to this size are copied; for a larger one the receiver may keep the socket's memory instead. */
export const SMALL_BYTES = 4 * 1024
const LARGE_BYTES = 64 * 1024
/** Bytes that a socket buffers before it reports back-pressure: it must report every piece that is not copied. */
export const SOCKET_OPTIONS = { allowHalfOpen: true, noDelay: true, highWaterMark: SMALL_BYTES } as const

/** All sockets with small reads share this memory: it is copied before the next socket reads. */
const shared = Buffer.allocUnsafeSlow(SMALL_BYTES)
/** Memory of sockets that had large reads for a while, up to 4 MiB. */
const spare: Buffer[] = []
const MAX_SPARE = 64

/**
 * Reads without a stream in between: Node allocates 64 KiB for every read of a stream, which is a third of the cost of passing on a
 * small request.
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

/** Node's internal handle of a socket. It is not documented, so that every part is checked before it is used. */
interface Internals {
  _handle?: object | null
}

/**
 * Makes an accepted, paused socket read in that way, for which `net.Server` has no option. Where a version of Node does not allow
 * it, the socket stays as it is: it works, and is slower.
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

/** Reading that works in every version of Node. */
export function readAsStream(socket: Socket, take: Take): Socket {
  socket.on('data', (bytes: Buffer) => {
    if (!take(bytes)) socket.pause()
  })
  return socket
}
