import type {
  TArray,
  TBoolean,
  TInteger,
  TLiteral,
  TLiteralValue,
  TNull,
  TNumber,
  TObject,
  TOptional,
  TProperties,
  TRecord,
  TSchema,
  TSchemaOptions,
  TString,
  TUnion,
  TUnsafe,
} from '#typebox'
import { NO_NUL } from '../text/texts.ts'

/**
 * TypeBox's builders of JSON Schemas, as far as the services need them, with TypeBox's types. To load TypeBox itself, three
 * hundred files, would take a service a sixth of its start.
 */
export const Type = {
  String: (options: TSchemaOptions = {}) => ({ type: 'string', ...options }) as TString,
  Integer: (options: TSchemaOptions = {}) => ({ type: 'integer', ...options }) as TInteger,
  Number: (options: TSchemaOptions = {}) => ({ type: 'number', ...options }) as TNumber,
  Boolean: (options: TSchemaOptions = {}) => ({ type: 'boolean', ...options }) as TBoolean,
  Null: (options: TSchemaOptions = {}) => ({ type: 'null', ...options }) as TNull,
  Unsafe: <Value>(schema: object) => schema as TUnsafe<Value>,
  Literal: <const Value extends TLiteralValue>(value: Value) =>
    ({ type: typeof value, const: value }) as unknown as TLiteral<Value>,
  Array: <Item extends TSchema>(items: Item, options: TSchemaOptions = {}) =>
    ({ type: 'array', items, ...options }) as unknown as TArray<Item>,
  Union: <const Types extends TSchema[]>(anyOf: Types) => ({ anyOf }) as unknown as TUnion<Types>,
  /** Of any keys without NUL, each with such a value: as strictRecord. */
  Record: <Value extends TSchema>(value: Value) =>
    ({ type: 'object', patternProperties: { [NO_NUL]: value }, additionalProperties: false }) as unknown as TRecord<
      '^.*$',
      Value
    >,
  /** For properties of an Object; the schema itself is not changed. */
  Optional: <Schema extends TSchema>(schema: Schema) => {
    const copy = { ...schema }
    optional.add(copy)
    return copy as TOptional<Schema>
  },
  Object: <Properties extends TProperties>(properties: Properties, options: TSchemaOptions = {}) => {
    const required = Object.keys(properties).filter((name) => !optional.has(properties[name] as TSchema))
    return { type: 'object', required, properties, ...options } as unknown as TObject<Properties>
  },
}

const optional = new WeakSet<object>()
