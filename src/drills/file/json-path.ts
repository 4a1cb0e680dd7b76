import { type Comparison, formatComparison, holds, parseComparison } from '../../probes/comparison.ts'

/** A path into JSON, step by step: names of members, indices, and `*` for every entry. */
export type JsonPath = readonly (string | number | { every: true })[]

const STEP = /^(?:\.([A-Za-z_][\w-]*)|\[(\d+)\]|\[\*\]|\.\*|\['([^']*)'\])/

/**
 * Reads the part of JSONPath (RFC 9535) that has no filters: `$.quotes[*].stale`, `$['odd name'][0]`; `undefined` when the text
 * is something else. No part of it is evaluated as code.
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined
  const path: (string | number | { every: true })[] = []
  let rest = text.slice(1)
  while (rest !== '') {
    const step = STEP.exec(rest)
    if (step === null) return undefined
    const [whole, name, index, quoted] = step
    if (index !== undefined) path.push(Number(index))
    else path.push(name ?? quoted ?? { every: true })
    rest = rest.slice(whole.length)
  }
  return path
}

/** The values that a path leads to, in order. */
export function valuesAt(path: JsonPath, value: unknown): unknown[] {
  const [step, ...others] = path
  if (step === undefined) return [value]
  if (typeof value !== 'object' || value === null) return []
  if (typeof step === 'object') return Object.values(value).flatMap((one) => valuesAt(others, one))
  // An index selects from a list and a name from a mapping: the length of a list is no part of the JSON.
  if (Array.isArray(value) !== (typeof step === 'number') || !Object.hasOwn(value, step)) return []
  return valuesAt(others, (value as Record<string | number, unknown>)[step])
}

/** What a JSON value is compared with: the same value, or, for a number, a comparison. */
export type ValueCheck =
  | { kind: 'equals'; value: string | number | boolean | null }
  | { kind: 'compares'; is: Comparison }

/** A text that reads as a comparison is one: `"> 5"`. */
export function readValueCheck(given: string | number | boolean | null): ValueCheck {
  const is = typeof given === 'string' ? parseComparison(given) : undefined
  return is === undefined ? { kind: 'equals', value: given } : { kind: 'compares', is }
}

export function passes(check: ValueCheck, value: unknown): boolean {
  if (check.kind === 'equals') return value === check.value
  return typeof value === 'number' && holds(check.is, value)
}

export function formatValueCheck(check: ValueCheck): string {
  return check.kind === 'equals' ? `== ${JSON.stringify(check.value)}` : formatComparison(check.is)
}
