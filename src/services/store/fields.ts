import { Type } from '../../base/schema/type.ts'

/** The forms of the fields in the store's requests and answers. */

/** No NUL, which PostgreSQL's text cannot hold, and no half of a surrogate pair, which UTF-8 cannot. */
const TEXT = '[^\\u0000\\ud800-\\udfff]'

/** Not "." or "..": every URL parser takes these out of a path. */
export const ItemKey = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: `^(?!\\.{1,2}$)${TEXT}*$`,
  description: '1 to 200 characters, without NUL and without halves of surrogate pairs; not "." or ".."',
  examples: ['a-key'],
})

/** The route checks its length, because a schema counts characters. */
export const ItemValue = Type.String({
  pattern: `^${TEXT}*$`,
  description: 'text of at most 64 KiB in UTF-8, without NUL and without halves of surrogate pairs',
  examples: ['a value'],
})

/** Fits bigint without asking how large that is. */
export const TransactionId = Type.String({
  pattern: '^[1-9][0-9]{0,17}$',
  description: 'a whole number above 0, as text, of at most 18 digits',
  examples: ['1'],
})

/** numeric(20, 4). */
export const Amount = Type.String({
  pattern: '^(?=.*[1-9])(0|[1-9][0-9]{0,15})(\\.[0-9]{1,4})?$',
  description: 'a decimal above 0, as text, with at most 16 digits before the point and 4 behind it: "12.34"',
  examples: ['12.34'],
})

export const Currency = Type.String({
  pattern: '^[A-Z]{3}$',
  description: 'three capital letters: "EUR"',
  examples: ['EUR'],
})

export const Limit = Type.Integer({ minimum: 1, maximum: 100, default: 50 })

const Instant = Type.String()

export const ItemSchema = Type.Object({
  key: Type.String(),
  value: Type.String(),
  createdAt: Instant,
  updatedAt: Instant,
})

/** Not as a union: of one, writing JSON tries each member by a whole validation, for every answer. */
const TextOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] })

export const TransactionSchema = Type.Object({
  id: Type.String(),
  amount: Type.String(),
  currency: Type.String(),
  batchId: TextOrNull,
  createdAt: Instant,
})

/** `after` of the next page; null on the last one. */
export const Next = TextOrNull
