import { Ajv, type ErrorObject } from 'ajv'
import { type TObject, type TSchema, Type } from '#typebox'
import { addFormats, type TextFormat } from '../base/schema/schema-check.ts'
import { didYouMean } from '../base/text/near-name.ts'
import { parseByteRate, parseBytes } from '../base/units/bytes.ts'
import { parseDuration } from '../base/units/duration.ts'
import { parseRatio } from '../base/units/ratio.ts'
import { faultErrors } from './errors.ts'

/** How people write the quantities of faults, by the name of their JSON Schema format. */
export const quantities = {
  duration: { read: parseDuration, example: 'a duration: 500ms, 2s, 1m30s' },
  bytes: { read: parseBytes, example: 'a size: 64KiB, 256MiB, 1GiB' },
  'byte-rate': { read: parseByteRate, example: 'a rate: 512B/s, 4KiB/s' },
  share: { read: parseRatio, example: 'a share: 5%, 100%' },
} as const

export type QuantityName = keyof typeof quantities

interface QuantityOptions {
  /** Bounds, both inclusive, written as people write them. */
  min: string
  max: string
  default: string
  description: string
}

/** Parameters that are written with their unit; `formatMinimum` and `formatMaximum` bound them. */
const quantity =
  (format: QuantityName) =>
  ({ min, max, ...texts }: QuantityOptions) =>
    Type.String({ format, formatMinimum: min, formatMaximum: max, ...texts })

export const durationParam = quantity('duration')
export const bytesParam = quantity('bytes')
export const byteRateParam = quantity('byte-rate')
export const shareParam = quantity('share')

/** Reads a quantity that the schema has accepted: milliseconds, bytes, bytes a second, or 0 to 1. */
export function read(name: QuantityName, text: string): number {
  const value = quantities[name].read(text)
  if (value === undefined) throw faultErrors.error('FD_FAULT_PARAMS', { message: `not ${quantities[name].example}` })
  return value
}

/** The same as formats of texts in a schema. */
export const quantityFormats: Readonly<Record<QuantityName, TextFormat>> = {
  duration: formatOf('duration'),
  bytes: formatOf('bytes'),
  'byte-rate': formatOf('byte-rate'),
  share: formatOf('share'),
}

function formatOf(name: QuantityName): TextFormat {
  const { read: parse, example } = quantities[name]
  return {
    matches: (text) => parse(text) !== undefined,
    expected: example,
    compare: (a, b) => {
      const [left, right] = [parse(a), parse(b)]
      // A text that is not a quantity is reported as that, not as too small.
      return left === undefined || right === undefined ? 0 : left - right
    },
  }
}

const OPTIONS = { allErrors: true, useDefaults: true, verbose: true, strict: false, logger: false } as const
const exact = new Ajv(OPTIONS)
const fromText = new Ajv({ ...OPTIONS, coerceTypes: true })
for (const ajv of [exact, fromText]) addFormats(ajv, quantityFormats)

/**
 * The parameters with defaults filled in, as a copy. With `text` numbers and booleans may be written
 * as text, as on a command line.
 * @throws FD_FAULT_PARAMS with all that is wrong
 */
export function readParams(
  { name, params: schema }: { name: string; params: TObject },
  given: Readonly<Record<string, unknown>>,
  { text = false } = {},
): Record<string, unknown> {
  const params = structuredClone(given) as Record<string, unknown>
  const validate = (text ? fromText : exact).compile(schema)
  if (validate(params)) return params
  const problems = validate.errors ?? []
  throw faultErrors.error('FD_FAULT_PARAMS', {
    message: problems.map((problem) => describe(problem, schema)).join('; '),
    where: `fault ${name}`,
    expected: describeParams(schema),
    next: `firedrill fault list ${name}`,
  })
}

function describe(error: ErrorObject, schema: TObject): string {
  if (error.keyword === 'additionalProperties') {
    const given = String(error.params.additionalProperty)
    const near = didYouMean(given, Object.keys(schema.properties))
    return `there is no parameter "${given}"${near === undefined ? '' : `; ${near}`}`
  }
  const name = error.instancePath.slice(1)
  return `${name} must be ${describeParam(error.parentSchema as TSchema)}, not ${JSON.stringify(error.data)}`
}

/** The keywords of one parameter's JSON Schema that people see. */
interface ShownSchema {
  type?: string
  format?: QuantityName
  formatMinimum?: string
  formatMaximum?: string
  minimum?: number
  maximum?: number
  enum?: unknown[]
}

/** What a parameter may be, in a few words. */
export function describeParam(schema: TSchema): string {
  const { type, format, formatMinimum, formatMaximum, minimum, maximum, enum: choices } = schema as ShownSchema
  if (choices !== undefined) return `one of ${choices.map(String).join(', ')}`
  if (format !== undefined && format in quantities) {
    const bounds = formatMinimum === undefined ? '' : `; from ${formatMinimum} to ${formatMaximum}`
    return `${quantities[format].example}${bounds}`
  }
  if (type === 'integer') return `a whole number from ${minimum} to ${maximum}`
  if (type === 'boolean') return 'true or false'
  return 'text'
}

function describeParams({ properties }: TObject): string {
  const names = Object.keys(properties)
  return names.length === 0 ? 'no parameters' : `parameters ${names.join(', ')}`
}
