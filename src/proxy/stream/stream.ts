/** Which way bytes go: `upstream` from the client to the server, `downstream` back. */
export const directions = ['upstream', 'downstream'] as const
export type Direction = (typeof directions)[number]

/**
 * How a stream ends. `finish` is the source's FIN and ends one direction; `close` ends both after what was sent before;
 * `reset` ends both with a TCP RST.
 */
export type Ending = 'finish' | 'close' | 'reset'

/** Takes the bytes of one direction, in order. A piece belongs to whom it was pushed; nothing comes after `end`. */
export interface Sink {
  push(piece: Buffer): void
  end(how: Ending): void
}
