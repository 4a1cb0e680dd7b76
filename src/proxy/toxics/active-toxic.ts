import { Lease } from '../lease.ts'
import type { Direction } from '../stream/stream.ts'
import type { ToxicType } from './toxics.ts'

/** A toxic of a proxy, and counters of what it has done. */
export interface ActiveToxic {
  readonly name: string
  readonly type: ToxicType
  readonly stream: Direction
  /** The same as the client wrote it, in any case: "UpStream". */
  readonly streamText: string
  /** Share of the connections that it harms, 0–1. */
  toxicity: number
  attributes: Record<string, number>
  /** Of a monotonic clock, in milliseconds. */
  readonly addedMs: number
  /** Ends it unless it is renewed. */
  readonly lease: Lease
  /** Connections that it affects, including those that were open when it was added. */
  connections: number
  /** Of those, the ones opened later. */
  newConnections: number
  /** Bytes that have come to it. */
  bytes: number
}

export interface NewToxic {
  name: string
  type: ToxicType
  stream: Direction
  /** Default: `stream`. */
  streamText?: string
  toxicity: number
  attributes: Record<string, number>
}

export function activate(toxic: NewToxic, expired: (toxic: ActiveToxic) => void): ActiveToxic {
  const active: ActiveToxic = {
    streamText: toxic.stream,
    ...toxic,
    addedMs: performance.now(),
    lease: new Lease(() => expired(active)),
    connections: 0,
    newConnections: 0,
    bytes: 0,
  }
  return active
}
