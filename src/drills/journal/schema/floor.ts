import { type Static, Type } from '#typebox'
import { closed, Ms } from '../../../base/schema/terms.ts'

/** The earliest times that the clocks of the monitoring allow. */

/** A length of time that varies, since the injection. */
export const Span = Type.Object({ minMs: Ms('Shortest'), meanMs: Ms('Mean'), maxMs: Ms('Longest') }, closed)

/** What the monitoring's own clock costs, whatever the system does: no measured time can be less than `minMs` of its floor. */
export const Floor = Type.Object({ seen: Span, firing: Span, received: Span }, closed)

export type Span = Static<typeof Span>
export type Floor = Static<typeof Floor>
