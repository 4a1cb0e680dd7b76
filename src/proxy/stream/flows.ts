import type { Flow } from './link.ts'
import { type Direction, directions } from './stream.ts'

/** Bytes that passed, in both directions. */
export type Flows = Readonly<Record<Direction, Flow>>

export function noFlows(): Flows {
  return { upstream: { receivedBytes: 0, sentBytes: 0 }, downstream: { receivedBytes: 0, sentBytes: 0 } }
}

export function sum(a: Flows, b: Flows): Flows {
  return combine(a, b, 1)
}

export function difference(a: Flows, b: Flows): Flows {
  return combine(a, b, -1)
}

export function areZero(flows: Flows): boolean {
  return directions.every((direction) => flows[direction].receivedBytes === 0 && flows[direction].sentBytes === 0)
}

function combine(a: Flows, b: Flows, sign: 1 | -1): Flows {
  const flow = (direction: Direction): Flow => ({
    receivedBytes: a[direction].receivedBytes + sign * b[direction].receivedBytes,
    sentBytes: a[direction].sentBytes + sign * b[direction].sentBytes,
  })
  return { upstream: flow('upstream'), downstream: flow('downstream') }
}
