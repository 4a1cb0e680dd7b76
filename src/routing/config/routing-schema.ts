import { createSchemaCheck } from '../../base/schema/schema-check.ts'
import { Type } from '../../base/schema/type.ts'
import { parsePromDuration } from '../../base/units/duration.ts'
import { isZone } from '../time-interval.ts'

/** The form of what is read of Alertmanager's configuration. Entries of lists are checked one by one, each with the schema of its kind. */

export const checkForm = createSchemaCheck({
  'duration of Alertmanager': {
    matches: (text) => parsePromDuration(text) !== undefined,
    expected: 'a duration: 30s, 5m, 4h',
  },
  'time of day': {
    matches: (text) => /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.test(text),
    expected: 'a time of day: 09:00, 24:00',
  },
  'time zone': { matches: isZone, expected: 'the name of a time zone: Europe/Berlin' },
})

const closed = { additionalProperties: false }
const anything = Type.Unsafe<unknown>({})
const listOf = Type.Array(anything)
const names = Type.Array(Type.String({ minLength: 1 }))
const duration = Type.Optional(Type.String({ format: 'duration of Alertmanager' }))
const byLabel = Type.Optional(Type.Unsafe<Record<string, unknown>>({ type: 'object' }))

/** Other parts of the file are Alertmanager's matter. */
export const configSchema = Type.Object({
  route: Type.Unsafe<unknown>({ type: 'object' }),
  receivers: listOf,
  inhibit_rules: Type.Optional(listOf),
  time_intervals: Type.Optional(listOf),
  mute_time_intervals: Type.Optional(listOf),
})

export const routeSchema = Type.Object(
  {
    receiver: Type.Optional(Type.String()),
    group_by: Type.Optional(names),
    continue: Type.Optional(Type.Boolean()),
    match: byLabel,
    match_re: byLabel,
    matchers: Type.Optional(Type.Array(Type.String())),
    mute_time_intervals: Type.Optional(names),
    active_time_intervals: Type.Optional(names),
    group_wait: duration,
    group_interval: duration,
    repeat_interval: duration,
    routes: Type.Optional(listOf),
  },
  closed,
)

/** What it notifies with is Alertmanager's matter. */
export const receiverSchema = Type.Object({ name: Type.String({ minLength: 1 }) })

export const inhibitionSchema = Type.Object(
  {
    name: Type.Optional(Type.String()),
    source_match: byLabel,
    source_match_re: byLabel,
    source_matchers: Type.Optional(Type.Array(Type.String())),
    target_match: byLabel,
    target_match_re: byLabel,
    target_matchers: Type.Optional(Type.Array(Type.String())),
    equal: Type.Optional(names),
  },
  closed,
)

const ranges = Type.Optional(Type.Array(Type.String({ minLength: 1 })))

export const intervalSchema = Type.Object(
  { name: Type.String({ minLength: 1 }), time_intervals: Type.Optional(listOf) },
  closed,
)

export const timesSchema = Type.Object(
  {
    times: Type.Optional(
      Type.Array(
        Type.Object(
          { start_time: Type.String({ format: 'time of day' }), end_time: Type.String({ format: 'time of day' }) },
          closed,
        ),
      ),
    ),
    weekdays: ranges,
    days_of_month: ranges,
    months: ranges,
    years: ranges,
    location: Type.Optional(Type.String({ format: 'time zone' })),
  },
  closed,
)
