import { isObject } from '../../base/is-object.ts'

/** A value as Alertmanager's reader of YAML has it: null counts as missing, and a number where a text belongs is its text. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.map((item) => (item === null ? {} : plainValue(item)))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, plainValue(inner)]])),
  )
}

export type Mapping = Readonly<Record<string, unknown>>

export const mappingOf = (value: unknown): Mapping => (isObject(value) ? value : {})
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const textsOf = (value: unknown): readonly string[] =>
  listOf(value).filter((item): item is string => typeof item === 'string')
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : String(value ?? ''))
