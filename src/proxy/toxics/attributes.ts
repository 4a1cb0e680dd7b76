import { type TInteger, Type } from '#typebox'

/** Attributes that several toxics have. */

/** A day: nothing in a lab lasts longer. */
const MAX_MS = 86_400_000

/** A whole number of milliseconds, as in Toxiproxy. */
export function milliseconds(description: string): TInteger {
  return Type.Integer({ minimum: 0, maximum: MAX_MS, default: 0, description: `${description}, in ms` })
}
