import type { TSchema } from '#typebox'
import { defined } from '../../base/defined.ts'
import { journalSchema } from './journal.ts'
import { ADDED_LATER } from './older-journals.ts'

/** The schema for reading journals, derived from the schema of a journal. */

/** Where something may be missing that later journals have; `[]` is an entry of a list. */
const OPTIONAL = new Set([
  ...Object.keys(ADDED_LATER),
  'drill.why',
  'gate.tolerated',
  'expectations.[].samples',
  'expectations.[].tried',
  'load.ratePerSecondPlanned',
])

/**
 * What may be read as a journal: the schema of a journal, but a journal of an earlier version lacks some of it, and one of a later
 * version has more.
 */
export const readableJournal = readable(journalSchema, []) as TSchema

function readable(schema: unknown, path: readonly string[]): unknown {
  if (typeof schema !== 'object' || schema === null) return schema
  const { additionalProperties, required, properties, items, anyOf, ...rest } = schema as Record<string, unknown>
  const below = (name: string) => [...path, name].join('.')
  const kept = (required as string[] | undefined)?.filter((name) => !OPTIONAL.has(below(name)))
  const inner = Object.entries(properties ?? {}).map(([name, part]) => [name, readable(part, [...path, name])])
  // An object with a closed list of names is open here; a record keeps its pattern.
  const isRecord = rest.patternProperties !== undefined
  return {
    ...rest,
    ...(isRecord ? { additionalProperties } : {}),
    ...defined({ required: kept }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(inner) }),
    ...(items === undefined ? {} : { items: readable(items, [...path, '[]']) }),
    ...(Array.isArray(anyOf) ? { anyOf: anyOf.map((branch) => readable(branch, path)) } : {}),
  }
}
