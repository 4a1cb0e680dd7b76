import { type TLiteral, type TNull, type TSchema, type TUnion, Type } from '#typebox'

/** What schemas of records on disk and on the wire share: times, lengths of time, counts, choices. */
export const closed = { additionalProperties: false } as const

/** The last moment that a JavaScript Date can hold, in epoch milliseconds. */
const LAST_MOMENT_MS = 8.64e15

/** A moment. */
export function At(description: string) {
  return Type.Number({ minimum: 0, maximum: LAST_MOMENT_MS, description: withUnit(description, 'epoch milliseconds') })
}

/** A length of time. */
export function Ms(description: string) {
  return Type.Number({ description: withUnit(description, 'milliseconds') })
}

/** "When; null when it was not observed" becomes "When, in milliseconds; null when it was not observed". */
function withUnit(description: string, unit: string): string {
  const [what = '', ...remarks] = description.split(';')
  return [`${what}, in ${unit}`, ...remarks].join(';')
}

export const Count = Type.Integer({ minimum: 0 })

export function orNull<T extends TSchema>(schema: T): TUnion<[T, TNull]> {
  return Type.Union([schema, Type.Null()])
}

/** One of these words. */
export function oneOfWords<const Words extends readonly string[]>(...words: Words): TUnion<Literals<Words>> {
  const union: unknown = Type.Union(words.map((word) => Type.Literal(word)))
  return union as TUnion<Literals<Words>>
}

type Literals<Words extends readonly string[]> = { -readonly [Index in keyof Words]: TLiteral<Words[Index]> }
