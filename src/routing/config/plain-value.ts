import { isObject } from '../../base/is-object.ts'

/** A value as Alertmanager's reader of YAML has it: null counts as missing, and as the empty text where it is what a label must be. */
export function plainValue(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => (item === null ? {} : plainValue(item)))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (inner === null) return BY_LABEL.test(key) ? [[name, '']] : []
      return [[name, plainValue(inner, name)]]
    }),
  )
}

/** The mappings of labels to what they must be. */
const BY_LABEL = /(?:^|_)match(?:_re)?$/

export type Mapping = Readonly<Record<string, unknown>>

export const mappingOf = (value: unknown): Mapping => (isObject(value) ? value : {})
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const textsOf = (value: unknown): readonly string[] =>
  listOf(value).filter((item): item is string => typeof item === 'string')
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : String(value ?? ''))
