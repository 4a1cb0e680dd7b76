import { bandwidth } from './bandwidth.ts'
import { failFirst } from './fail-first.ts'
import { latency } from './latency.ts'
import { limitData } from './limit-data.ts'
import { noop } from './noop.ts'
import { resetPeer } from './reset-peer.ts'
import { slicer } from './slicer.ts'
import { slowClose } from './slow-close.ts'
import { stall } from './stall.ts'
import { timeout } from './timeout.ts'
import type { ToxicDefinition } from './toxic.ts'

/** Every toxic, by its type in the API. */
export const toxics = {
  bandwidth,
  fail_first: failFirst,
  latency,
  limit_data: limitData,
  noop,
  reset_peer: resetPeer,
  slicer,
  slow_close: slowClose,
  stall,
  timeout,
} as const satisfies Record<string, ToxicDefinition<never> | ToxicDefinition>

export type ToxicType = keyof typeof toxics

export function isToxicType(type: string): type is ToxicType {
  return Object.hasOwn(toxics, type)
}

/** The definition of a type, with the type of its attributes erased. */
export function toxicDefinition(type: ToxicType): ToxicDefinition {
  return toxics[type] as unknown as ToxicDefinition
}
