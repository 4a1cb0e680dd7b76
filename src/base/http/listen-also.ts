import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer } from 'node:net'

/**
 * Lets an HTTP server that listens answer at another address as well: each connection there is handed to it, so that all its bounds
 * hold for both together. Returns what ends that; connections that stand are the server's to end.
 */
export async function listenAlso(server: Server, address: { host: string; port: number }): Promise<() => void> {
  // As Node's HTTP servers accept theirs.
  const door = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket))
  door.listen(address)
  await once(door, 'listening')
  // A connection that could not be accepted is no reason to end.
  door.on('error', () => undefined)
  return () => void door.close()
}
