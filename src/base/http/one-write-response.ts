import { type IncomingMessage, ServerResponse } from 'node:http'

/**
 * A response whose head and body leave in one write, where its head is known and its body is one text. Node writes an empty
 * text behind them, to learn when they are gone, and so hands the kernel a list of two: put together and taken apart again,
 * which costs a bare server 9 % of the CPU time of an answer (docs/performance.md).
 */
export class OneWriteResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  override end(callback?: () => void): this
  override end(chunk: unknown, callback?: () => void): this
  override end(chunk: unknown, encoding: BufferEncoding, callback?: () => void): this
  override end(chunk?: unknown, encoding?: unknown, callback?: unknown): this {
    const { socket } = this
    if (typeof chunk !== 'string' || !this.headersSent || this.chunkedEncoding || this.writableEnded || socket === null)
      return super.end(chunk, encoding as BufferEncoding, callback as () => void)
    const isCallback = typeof encoding === 'function'
    // While a connection is corked, `write` leaves that to its owner, and needs no turn of its own to end it.
    socket.cork()
    super.write(chunk, isCallback ? 'utf8' : (encoding as BufferEncoding))
    socket.uncork()
    return super.end((isCallback ? encoding : callback) as () => void)
  }
}
