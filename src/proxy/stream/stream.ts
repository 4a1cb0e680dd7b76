/** The direction of bytes: `upstream` from the client to the server, `downstream` back. */
export const directions = ['upstream', 'downstream'] as const
export type Direction = (typeof directions)[number]

/**
 * How a stream ends. `finish` is the source's FIN and ends one direction; `close` ends both after what was sent before;
 * `reset` ends both with a TCP RST.
 */
export type Ending = 'finish' | 'close' | 'reset'

/** Receives the bytes of one direction, in order. A piece belongs to its receiver; nothing comes after `end`. */
export interface Sink {
  push(piece: Buffer): void
  end(how: Ending): void
}
