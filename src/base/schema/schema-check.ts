import { Ajv, type ErrorObject } from 'ajv'
import ajvFormats from 'ajv-formats'
import type { TSchema } from '#typebox'
import { defined } from '../defined.ts'
import { type FileProblem, formatPath, type Path } from '../files/file-problem.ts'
import { didYouMean, oneOf } from '../text/near-name.ts'
import { NO_NUL, ONE_LINE } from '../text/texts.ts'
import { parseDuration } from '../units/duration.ts'
import type { YamlSource } from '../yaml/yaml-source.ts'

/** All that is wrong with the value at a place of a file, held against one schema; nothing in the value is changed. */
export type SchemaCheck = (schema: TSchema, value: unknown, place: CheckedPlace) => FileProblem[]

/** Where a value stands: its path in its file. */
export interface CheckedPlace {
  path: Path
  source: YamlSource
}

/** A check that knows the format "duration" and those given. */
export function createSchemaCheck(given: Readonly<Record<string, TextFormat>> = {}): SchemaCheck {
  const formats: Readonly<Record<string, TextFormat>> = { duration, ...given }
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, logger: false })
  addFormats(ajv, formats)
  return (schema, value, place) => {
    const { path, source } = place
    const validate = ajv.compile(schema)
    if (validate(value)) return []
    const errors = validate.errors ?? []
    // Each branch of a union complains for itself; the union's own complaint says it all.
    const unions = [...new Set(errors.filter((one) => one.keyword === 'anyOf').map((one) => `${one.schemaPath}/`))]
    const own = errors
      .filter((one) => !unions.some((union) => one.schemaPath.startsWith(union)))
      // A value that is not one of the choices is of the wrong type, too: once is enough.
      .filter((one) => one.keyword !== 'type' || !errors.some((other) => isChoice(other) && isSamePlace(one, other)))
    const problems = withoutTwins(own.slice(0, MOST_PROBLEMS).map((one) => toProblem(one, place, formats)))
    if (own.length > MOST_PROBLEMS) {
      const message = `${own.length - MOST_PROBLEMS} more problems here`
      problems.push({ ...source.positionOf(path), path: formatPath(path), message })
    }
    return problems
  }
}

/** A `format` of texts in a schema. */
export interface TextFormat {
  matches(text: string): boolean
  /** What is expected, in words. */
  expected: string
  /** Below 0 when `a` is less than `b`: then schemas may have `formatMinimum` and `formatMaximum`. */
  compare?(a: string, b: string): number
}

const duration: TextFormat = {
  matches: (text) => parseDuration(text) !== undefined,
  expected: 'a duration: 500ms, 2s, 1m30s',
}

/** A value that is outside several bounds at once, as .nan is, has one problem. */
function withoutTwins(problems: readonly FileProblem[]): FileProblem[] {
  return [...new Map(problems.map((one) => [JSON.stringify(one), one])).values()]
}

function isChoice({ keyword }: ErrorObject): boolean {
  return keyword === 'const' || keyword === 'enum'
}

function isSamePlace(one: ErrorObject, other: ErrorObject): boolean {
  return one.instancePath === other.instancePath && one.parentSchema === other.parentSchema
}

/** Problems of one value that are reported one by one. */
const MOST_PROBLEMS = 100
/** The longest text that is looked at for a format, in characters: a duration, a path, an expression is never longer. */
const LONGEST_TEXT = 1_000

/** Teaches a validator formats and their bounds. */
export function addFormats(ajv: Ajv, formats: Readonly<Record<string, TextFormat>>): void {
  ajvFormats.default(ajv, { formats: [], keywords: true })
  for (const [name, { matches, compare }] of Object.entries(formats)) {
    ajv.addFormat(name, {
      validate: (text: string) => text.length <= LONGEST_TEXT && matches(text),
      ...defined({ compare }),
    })
  }
}

const filling = new Ajv({ useDefaults: true, strict: false, logger: false, validateFormats: false })

/** The slice of JSON Schema that problems are described from. */
interface DescribedSchema {
  type?: string
  format?: string
  pattern?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: DescribedSchema[]
  formatMinimum?: string
  formatMaximum?: string
  minLength?: number
  minItems?: number
  maxItems?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  description?: string
  properties?: Record<string, DescribedSchema>
  patternProperties?: Record<string, DescribedSchema>
}

/** A copy with the schema's defaults filled in. The value must be valid. */
export function withDefaults(schema: TSchema, value: Record<string, unknown>): Record<string, unknown> {
  const copy = structuredClone(value)
  filling.compile(schema)(copy)
  return copy
}

function toProblem(
  error: ErrorObject,
  { path: base, source }: CheckedPlace,
  formats: Readonly<Record<string, TextFormat>>,
): FileProblem {
  const path = [...base, ...fromPointer(error.instancePath)]
  const schema = error.parentSchema as DescribedSchema
  if (error.keyword === 'additionalProperties') {
    const key = String(error.params.additionalProperty)
    const known = Object.keys(schema.properties ?? {})
    const next = didYouMean(key, known)
    return {
      ...source.positionOfKey(path, key),
      path: formatPath([...path, key]),
      message: `unknown key "${key}"`,
      expected: known.length > 0 ? oneOf(known) : describeKeys(schema),
      ...defined({ next }),
    }
  }
  if (error.keyword === 'required') {
    const key = String(error.params.missingProperty)
    return {
      ...source.positionOf(path),
      path: formatPath(path),
      message: `"${key}" is missing`,
      expected: describe(schema.properties?.[key] ?? {}, formats),
    }
  }
  const given = error.data
  const choices = choicesOf(schema)
  // A slip of the keyboard is in a name: 2w is no slip of 4w.
  const isName = typeof given === 'string' && !/^[-+.]?\d/.test(given)
  const next = isName ? didYouMean(given, choices.map(String)) : undefined
  return {
    ...source.positionOf(path),
    path: formatPath(path),
    message: messageFor(error),
    expected: describe(schema, formats),
    given: show(given),
    ...defined({ next }),
  }
}

function messageFor(error: ErrorObject): string {
  if (error.keyword === 'type') return 'wrong type'
  if (error.keyword === 'format') return `not a ${(error.parentSchema as DescribedSchema).format}`
  if (error.keyword === 'minItems' || error.keyword === 'minLength') return 'empty'
  if (error.keyword === 'maxItems') return 'too many entries'
  if (
    ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'formatMinimum', 'formatMaximum'].includes(
      error.keyword,
    )
  )
    return 'out of range'
  return 'not what is expected here'
}

/** Which keys a mapping of any keys takes, in words. */
function describeKeys({ patternProperties = {} }: DescribedSchema): string {
  const [pattern] = Object.keys(patternProperties)
  if (pattern === undefined) return 'no keys'
  return pattern === NO_NUL ? 'a key without NUL' : `a key that matches ${pattern}`
}

/** What a schema wants, in words. */
function describe(schema: DescribedSchema, formats: Readonly<Record<string, TextFormat>>): string {
  const choices = choicesOf(schema)
  if (choices.length > 0) return choices.length === 1 ? show(choices[0]) : oneOf(choices)
  const format = formats[schema.format ?? '']
  const { formatMinimum: least, formatMaximum: most } = schema
  if (format !== undefined)
    return least === undefined ? format.expected : `${format.expected}; from ${least} to ${most}`
  if (schema.pattern === '^/') return 'text that begins with /'
  if (schema.pattern === NO_NUL) return 'text without NUL'
  if (schema.pattern === ONE_LINE) return 'one line of text, without NUL'
  if (schema.pattern !== undefined) return `text that matches ${schema.pattern}`
  if (schema.type === 'integer' || schema.type === 'number') {
    const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema
    const bounds = [
      minimum === undefined ? '' : ` from ${minimum}`,
      exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`,
      maximum === undefined ? '' : ` to ${maximum}`,
      exclusiveMaximum === undefined ? '' : `${exclusiveMinimum === undefined ? '' : ' and'} below ${exclusiveMaximum}`,
    ]
    return `${schema.type === 'integer' ? 'a whole number' : 'a number'}${bounds.join('')}`
  }
  if (schema.type === 'array') {
    const { minItems = 0, maxItems } = schema
    if (maxItems !== undefined)
      return `a list with ${minItems === maxItems ? 'exactly' : 'at most'} ${entries(maxItems)}`
    return minItems > 0 ? 'a list with at least one entry' : 'a list'
  }
  if (schema.type === 'object') return 'a mapping'
  if (schema.type === 'boolean') return 'true or false'
  if (schema.type === 'string') return (schema.minLength ?? 0) > 0 ? 'text that is not empty' : 'text'
  return schema.description ?? schema.type ?? 'a value'
}

function entries(count: number): string {
  return count === 1 ? 'one entry' : `${count} entries`
}

function choicesOf(schema: DescribedSchema): unknown[] {
  if (schema.const !== undefined) return [schema.const]
  if (schema.enum !== undefined) return schema.enum
  const branches = schema.anyOf ?? []
  return branches.every((one) => one.const !== undefined) ? branches.map((one) => one.const) : []
}

/** A value as the file could have it, short enough for one line. */
export function show(value: unknown): string {
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, 100) : value, yamlNumber) ?? String(value)
  if (typeof value === 'number' && !Number.isFinite(value)) return text.slice(1, -1)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** Numbers that JSON has no text for. */
function yamlNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf'
}

function fromPointer(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}
