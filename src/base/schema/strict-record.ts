import { type TRecord, type TSchema, type TSchemaOptions, Type } from '#typebox'
import { NO_NUL } from '../text/texts.ts'

/**
 * A record of which every key matches `keys`, by default any text without NUL. JSON Schema lets all other keys through, each with
 * any value, unless it is closed: so does TypeBox's own Record.
 */
export function strictRecord<Value extends TSchema>(
  value: Value,
  { keys = NO_NUL, ...options }: TSchemaOptions & { keys?: string } = {},
): TRecord<'^.*$', Value> {
  const record = Type.Record(Type.String({ pattern: keys }), value, { ...options, additionalProperties: false })
  return record as unknown as TRecord<'^.*$', Value>
}
