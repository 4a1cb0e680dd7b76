import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { descriptorLimit } from '../system/descriptors.ts'

/** How many connections a server of this process may hold. */
export function mostConnections(limit: number | undefined = descriptorLimit()): number {
  return limit === undefined ? DEFAULT_MOST : Math.max(8, Math.floor(limit * SHARE_OF_DESCRIPTORS))
}

/** Of what the process may have open. An answer may need a connection of its own, and the process itself some files. */
const SHARE_OF_DESCRIPTORS = 1 / 3
/** Where the system does not show how many descriptors there are. */
const DEFAULT_MOST = 300

/**
 * Bounds the connections of a server. When there are as many, a new one takes the place of the one that has been idle longest:
 * connections that ask nothing keep nobody out. When all of them wait for an answer, the new one is closed.
 */
export function boundConnections(server: Server, most = mostConnections()): void {
  const open = new Map<Socket, Use>()
  let requests = 0
  server.on('connection', (socket: Socket) => {
    if (open.size >= most) {
      const victim = longestIdle(open) ?? socket
      open.delete(victim)
      victim.destroy()
      if (victim === socket) return
    }
    open.set(socket, { response: undefined, atRequest: requests })
    socket.once('close', () => open.delete(socket))
  })
  server.on('request', ({ socket }: { socket: Socket }, response: ServerResponse) => {
    const use = open.get(socket)
    if (use === undefined) return
    use.response = response
    use.atRequest = ++requests
  })
}

/** The latest answer on a connection, and how many requests the server had by then. */
interface Use {
  response: ServerResponse | undefined
  atRequest: number
}

function longestIdle(open: ReadonlyMap<Socket, Use>): Socket | undefined {
  let longest: { socket: Socket; atRequest: number } | undefined
  for (const [socket, { response, atRequest }] of open) {
    const isIdle = response?.writableFinished !== false || response.destroyed
    if (isIdle && (longest === undefined || atRequest < longest.atRequest)) longest = { socket, atRequest }
  }
  return longest?.socket
}
