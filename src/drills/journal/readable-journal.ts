import type { TSchema } from 'typebox'
import { defined } from '../../base/defined.ts'
import { journalSchema } from './journal-schema.ts'

/** What journals written before these were thought of lack: nothing was known of it. */
export const LATER = {
  budgets: [],
  series: null,
  machineAlerts: [],
  exceptedAlerts: [],
  inhibitedAlerts: [],
  carriedAlerts: [],
  steps: [],
  timing: null,
  parameters: {},
  calmFindings: [],
  machine: null,
}

/** Where something may be missing that later journals have; `[]` is an entry of a list. */
const OPTIONAL = new Set([
  ...Object.keys(LATER),
  'drill.why',
  'baseline.tolerated',
  'expectations.[].samples',
  'expectations.[].tried',
  'load.ratePerSecondPlanned',
])

/**
 * The published form of a journal, as far as one is held to it that was not written just now: one of an earlier version lacks
 * some of it, one of a later version has more.
 */
export const readableJournal = readable(journalSchema, []) as TSchema

function readable(schema: unknown, path: readonly string[]): unknown {
  if (typeof schema !== 'object' || schema === null) return schema
  const { additionalProperties, required, properties, items, anyOf, ...rest } = schema as Record<string, unknown>
  const below = (name: string) => `${[...path, name].join('.')}`
  const kept = (required as string[] | undefined)?.filter((name) => !OPTIONAL.has(below(name)))
  const inner = Object.entries(properties ?? {}).map(([name, one]) => [name, readable(one, [...path, name])])
  // What is closed by its names is open here; a record stays held to its pattern.
  const isRecord = rest.patternProperties !== undefined
  return {
    ...rest,
    ...(isRecord ? { additionalProperties } : {}),
    ...defined({ required: kept }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(inner) }),
    ...(items === undefined ? {} : { items: readable(items, [...path, '[]']) }),
    ...(Array.isArray(anyOf) ? { anyOf: anyOf.map((one) => readable(one, path)) } : {}),
  }
}
