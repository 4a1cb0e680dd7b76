import type { FaultCatalogView } from '../../../src/api/contract.ts'

/** A fault that can be injected, with the JSON Schema of its parameters. */
export type Catalogued = FaultCatalogView['faults'][number]

/** One parameter of a fault as a field of a form. */
export interface ParamField {
  name: string
  kind: 'choice' | 'number' | 'switch' | 'text'
  description: string
  /** As text, as in a command line. */
  default: string
  /** Of a choice. */
  choices: readonly string[]
  /** What is allowed, in words; empty for a choice. */
  hint: string
  min?: number
  max?: number
}

/** The fields of a fault's parameters. Pure. */
export function fieldsOf({ params }: Pick<Catalogued, 'params'>): ParamField[] {
  return Object.entries(params.properties ?? {}).map(([name, schema]) => fieldOf(name, schema as ShownSchema))
}

/** What is wrong with a value, as far as the page can know it; control checks all of it. Pure. */
export function problemOf({ kind, min, max }: ParamField, text: string): string | undefined {
  if (kind === 'text') return text.trim() === '' ? 'It must not be empty' : undefined
  if (kind !== 'number') return undefined
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) return 'It must be a number'
  if (min !== undefined && value < min) return `It must be at least ${min}`
  if (max !== undefined && value > max) return `It must be at most ${max}`
  return undefined
}

/** The parameters that differ from their defaults, as the API takes them. Pure. */
export function paramsOf(
  fields: readonly ParamField[],
  texts: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const params: Record<string, unknown> = {}
  for (const { name, kind, default: usual } of fields) {
    const text = texts[name]
    if (text === undefined || text === usual) continue
    params[name] = kind === 'number' ? Number(text) : kind === 'switch' ? text === 'true' : text
  }
  return params
}

const KEPT: ReadonlySet<string> = new Set(['service', 'only', 'q', 'for'])

/** Of the query of an address what stays when another fault is chosen: the parameters are those of one fault. */
export function keptOf(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...query].filter(([name]) => KEPT.has(name)))
}

/** The groups in which faults are listed, by what they need of their target. */
export const GROUPS = {
  process: 'Processes',
  inside: 'Inside a service',
  link: 'Network to a data store',
  rules: 'Monitoring',
} as const

export function groupOf({ needs }: Pick<Catalogued, 'needs'>): keyof typeof GROUPS {
  for (const group of ['inside', 'link', 'rules'] as const) if (needs.includes(group)) return group
  return 'process'
}

/** The keywords of one parameter's JSON Schema that a form shows. */
interface ShownSchema {
  type?: string
  description?: string
  default?: unknown
  enum?: readonly unknown[]
  minimum?: number
  maximum?: number
  formatMinimum?: string
  formatMaximum?: string
}

function fieldOf(name: string, schema: ShownSchema): ParamField {
  const { type, description = '', enum: choices, minimum, maximum, formatMinimum, formatMaximum } = schema
  const kind = kindOf(type, choices)
  const range = formatMinimum === undefined ? rangeOf(minimum, maximum) : `${formatMinimum} to ${formatMaximum}`
  return {
    name,
    kind,
    description,
    default: String(schema.default ?? ''),
    choices: choices?.map(String) ?? [],
    hint: kind === 'choice' || kind === 'switch' ? '' : range,
    ...(minimum === undefined ? {} : { min: minimum }),
    ...(maximum === undefined ? {} : { max: maximum }),
  }
}

function kindOf(type: string | undefined, choices: readonly unknown[] | undefined): ParamField['kind'] {
  if (choices !== undefined) return 'choice'
  if (type === 'integer' || type === 'number') return 'number'
  return type === 'boolean' ? 'switch' : 'text'
}

function rangeOf(minimum: number | undefined, maximum: number | undefined): string {
  return minimum === undefined || maximum === undefined ? '' : `${minimum} to ${maximum}`
}
