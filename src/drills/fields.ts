import { type TSchemaOptions, Type } from '#typebox'
import { strictRecord } from '../base/schema/strict-record.ts'
import { parseDuration } from '../base/units/duration.ts'

/** The fields that entries of a drill file are made of. A field with `refersTo` names something that must exist. */

export const closed = { additionalProperties: false } as const

/** What the text of a field refers to, so that validation can look it up. */
export type Reference = 'service' | 'target' | 'objective' | 'fault' | 'promql'

export const Name = (description: string, options: TSchemaOptions & { refersTo?: Reference } = {}) =>
  Type.String({ minLength: 1, description, ...options })
export const Duration = (description: string) => Type.String({ format: 'duration', description })
export const ComparisonText = Type.String({
  format: 'comparison',
  description: 'What the value is held against: "== 0", "0.1..0.3"',
})
export const Metric = Name('A PromQL expression; a plain selector is judged by its raw samples', { refersTo: 'promql' })
export const Labels = (description: string) => strictRecord(Type.String(), { description })
export const Objective = Name('An objective, by service and name: store-availability', { refersTo: 'objective' })
export const Service = Name('A service', { refersTo: 'service' })
/** A replica is named by its service and a number. */
export const ServiceOrReplica = Name('A service or a replica', { refersTo: 'target' })

/** Milliseconds of a duration that the schema has accepted. */
export function readDuration(text: string): number {
  return parseDuration(text) ?? 0
}

/** A mapping in a drill file, before anything about it is known. */
export type Entry = Readonly<Record<string, unknown>>
