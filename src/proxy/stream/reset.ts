import type { Socket } from 'node:net'

/**
 * Ends a connection with a TCP RST, in every state of the socket. While the system is sending its FIN it cannot be reset:
 * Node then considers the socket closed but never closes it, and the process can neither free it nor exit. So the
 * reset waits for the FIN, which takes no longer than the turn of the event loop.
 */
export function reset(socket: Socket): void {
  const isSendingFin = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0
  if (isSendingFin && !socket.destroyed) socket.once('finish', () => socket.resetAndDestroy())
  else socket.resetAndDestroy()
}
