import { type Static, Type } from '#typebox'
import { closed } from '../../base/schema/terms.ts'

/** A process that is not ours, and how many cores it kept busy. */
export const BusyProcess = Type.Object({ pid: Type.Integer(), name: Type.String(), cores: Type.Number() }, closed)

export type BusyProcess = Static<typeof BusyProcess>
