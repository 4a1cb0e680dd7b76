import type { TObject, TSchema } from 'typebox'
import { type Json, JsonObject } from './json-text.ts'

/**
 * Takes from an object the fields that a schema names, as Go's encoding/json fills a struct: names in any case, a later one
 * over an earlier one, an object into the one that was there. Null leaves a field as it was, unless the schema says what it
 * means; unknown fields are left alone.
 */
export function fieldsOf(schema: TObject, { fields }: JsonObject): Record<string, Json> {
  const names = Object.keys(schema.properties).map((name) => ({ name, inAnyCase: new RegExp(`^${name}$`, 'iu') }))
  const found: Record<string, Json> = {}
  // Of fields that are there several times: what they have together, so that many of them are not copied again for each.
  const together = new Map<string, (readonly [name: string, value: Json])[]>()
  for (const [given, value] of fields) {
    const name = names.find(({ name, inAnyCase }) => name === given || inAnyCase.test(given))?.name
    if (name === undefined) continue
    const before = found[name]
    if (value === null && !takesNull(schema.properties[name])) continue
    if (value instanceof JsonObject && before instanceof JsonObject) {
      const all = together.get(name) ?? [...before.fields]
      for (const field of value.fields) all.push(field)
      together.set(name, all)
    } else {
      found[name] = value
      together.delete(name)
    }
  }
  for (const [name, all] of together) found[name] = new JsonObject(all)
  return found
}

function takesNull(schema: TSchema | undefined): boolean {
  const { anyOf = [] } = (schema ?? {}) as { anyOf?: { type?: string }[] }
  return anyOf.some(({ type }) => type === 'null')
}
