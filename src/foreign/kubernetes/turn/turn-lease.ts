import { isObject } from '../../../base/is-object.ts'
import { visibleLine } from '../../../base/text/visible.ts'
import type { Holder } from '../../../base/turn.ts'
import type { UndoLease } from '../undo/undo-record.ts'

/** The Lease of a run in a namespace. */
export type TurnLease = UndoLease

/** The same as it is created. */
export interface TurnWish extends Pick<TurnLease, 'apiVersion' | 'kind' | 'spec'> {
  metadata: Pick<TurnLease['metadata'], 'name' | 'namespace' | 'labels' | 'annotations'>
}

/** How long a turn lasts that nobody renews, in milliseconds. */
export const LASTS_MS = 10_000

/** Its name: one in each namespace. */
export const TURN_LEASE = 'firedrill-turn'
/** Its annotation: who has the turn. */
export const TURN_ANNOTATION = 'firedrill.dev/turn'

/** Whose turn it is; `undefined` where the Lease does not say. */
export function holderOf({ metadata }: TurnLease): Holder | undefined {
  try {
    const read: unknown = JSON.parse(metadata.annotations?.[TURN_ANNOTATION] ?? '')
    if (!isObject(read)) return undefined
    const { name, pid, sinceMs, host } = read
    if (typeof name !== 'string' || typeof host !== 'string') return undefined
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || typeof sinceMs !== 'number') return undefined
    return { name: visibleLine(name), pid, sinceMs, host: visibleLine(host) }
  } catch {
    return undefined
  }
}
