import type { TObject, TSchema } from '#typebox'
import { type Json, JsonObject } from './json-text.ts'

/**
 * Reads the fields that a schema names from an object, as Go's encoding/json fills a struct: names in any case, a later value
 * replaces an earlier one, an object is merged into an earlier one. Null leaves a field unchanged, unless the schema allows null;
 * unknown fields are ignored.
 */
export function fieldsOf(schema: TObject, { fields }: JsonObject): Record<string, Json> {
  const names = Object.keys(schema.properties).map((name) => ({ name, inAnyCase: new RegExp(`^${name}$`, 'iu') }))
  const found: Record<string, Json> = {}
  // Objects that come several times are merged at the end, so that many of them are not copied again for each.
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
