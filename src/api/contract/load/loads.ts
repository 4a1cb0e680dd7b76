import { type Static, Type } from '#typebox'
import { strictRecord } from '../../../base/schema/strict-record.ts'
import { At, Count, Ms, orNull } from '../../../base/schema/terms.ts'
import { FaultSpan, MOST_SPANS } from '../monitoring/alerts.ts'
import { LoadCounts, LoadId, LoadOutcome, LoadPlan, LoadShape, LoadThreshold } from './live-load.ts'

/** Schemas of loads: those under way, those that have ended, how one is started, and how two differ. */

/** A load in a few fields, for lists. */
export const LoadHead = Type.Object({
  id: LoadId,
  state: Type.Enum(['running', 'ended']),
  kept: Type.Boolean({ description: 'Whether its result and report are in the state folder' }),
  startedBy: orNull(
    Type.Enum(['console', 'terminal', 'drill'], { description: 'null: it ended before control began' }),
  ),
  mayStop: Type.Boolean({ description: 'Whether control can stop it: it has started it, and it runs' }),
  drill: orNull(Type.String({ description: 'Name of the drill whose load it is' })),
  journey: Type.String(),
  target: Type.String({ description: 'The first of its origins' }),
  plan: LoadPlan,
  startedAtMs: At('Begin'),
  elapsedMs: Type.Number(),
  durationMs: orNull(Ms('As planned; null when it ends with its drill')),
  users: Count,
  outcome: orNull(LoadOutcome),
  total: LoadCounts,
})
export type LoadHead = Static<typeof LoadHead>

const Line = {
  requests: Type.Array(Count),
  failures: Type.Array(Count),
  p50Ms: Type.Array(orNull(Type.Number())),
  p95Ms: Type.Array(orNull(Type.Number())),
  p99Ms: Type.Array(orNull(Type.Number())),
}

/**
 * Figures over time: one entry of each list for each span, oldest first. Spans are a second long; of a long load several are joined, with
 * their counts added up and the highest of their percentiles.
 */
export const LoadHistoryView = Type.Object({
  timesMs: Type.Array(Type.Number(), { description: 'Ends of the spans, in epoch milliseconds' }),
  spansMs: Type.Array(Type.Number(), { description: 'Lengths of the spans' }),
  users: Type.Array(Count),
  total: Type.Object(Line),
  causes: Type.Array(Type.Object({ cause: Type.String(), failures: Type.Array(Count) }), {
    description: 'Failures by cause, the first seven causes and all others together',
  }),
  endpoints: Type.Array(Type.Object({ name: Type.String(), ...Line }), { description: 'The first twenty endpoints' }),
})
export type LoadHistoryView = Static<typeof LoadHistoryView>
export type LoadLine = Static<(typeof LoadHistoryView)['properties']['total']>

/** A load with all that a page shows of it, while it runs and when it has ended. */
export const LoadRunView = Type.Object({
  ...LoadHead.properties,
  reasons: Type.Array(Type.String(), { description: 'Why the outcome is not passed' }),
  saturation: Type.Object({
    saturated: Type.Boolean({ description: 'The generator did not keep up: its figures prove nothing' }),
    latenessP99Ms: Type.Number(),
    reason: orNull(Type.String()),
  }),
  thresholds: Type.Array(
    Type.Object({
      ...LoadThreshold.properties,
      latencyMs: orNull(Ms('The limit of a latency of all endpoints together; null for other thresholds')),
    }),
  ),
  checks: Type.Array(Type.Object({ name: Type.String(), passed: Count, failed: Count })),
  unfinished: Type.Integer({ minimum: 0, description: 'Requests that were cut off by the end of the run' }),
  endpoints: Type.Array(Type.Object({ name: Type.String(), causes: strictRecord(Count), ...LoadCounts.properties }), {
    description: 'By name',
  }),
  history: LoadHistoryView,
  faults: Type.Array(FaultSpan, {
    maxItems: MOST_SPANS,
    description: 'In force while it ran, as Prometheus has them; by begin',
  }),
})
export type LoadRunView = Static<typeof LoadRunView>

export const LoadsQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
    before: Type.Optional(LoadId),
  },
  { additionalProperties: false },
)
export const LoadsView = Type.Object({
  live: Type.Array(LoadHead, {
    description:
      'Those that run, and those that ended since control began and are not in the state folder; latest first',
  }),
  loads: Type.Array(LoadHead, { description: 'Those in the state folder; latest first' }),
  total: Type.Integer({ minimum: 0, description: 'Of all pages' }),
  next: orNull(LoadId),
  unreadable: Type.Integer({ minimum: 0, description: 'Folders of this page without a result that can be read' }),
  whyNotStarted: orNull(
    Type.String({ description: 'Why control cannot start a load at all, in a sentence; null when it can' }),
  ),
})
export type LoadsView = Static<typeof LoadsView>

export const LoadParams = Type.Object({ id: LoadId })

/** Starts `firedrill load` on the stack. Its limits are those of the command. */
export const LoadBody = Type.Object(
  {
    journey: Type.String({ maxLength: 64, description: 'Name of a journey that ships' }),
    users: Type.Optional(Type.Integer({ minimum: 1, maximum: 50_000, description: 'Virtual users: the closed model' })),
    spawnRatePerSecond: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 10_000 })),
    level: Type.Optional(Type.Enum(['light', 'medium', 'heavy'])),
    ratePerSecond: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000, description: 'Tasks per second: the open model' }),
    ),
    shape: Type.Optional(LoadShape),
    maxUsers: Type.Optional(Type.Integer({ minimum: 1, maximum: 50_000, description: 'Of the open model' })),
    durationMs: Type.Integer({ minimum: 1_000, maximum: 86_400_000, default: 60_000 }),
    thresholds: Type.Array(Type.String({ minLength: 1, maxLength: 300 }), {
      maxItems: 20,
      default: [],
      description: 'What must hold: p95<200ms, errors<1%',
    }),
    abortOnFail: Type.Boolean({ default: false, description: 'Ends as soon as a threshold is not met' }),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  },
  { additionalProperties: false },
)
export type LoadBody = Static<typeof LoadBody>

/** One page in one file, as a download. */
export const LoadReport = Type.String({ description: 'HTML, with content-disposition: attachment' })

export const ComparisonParams = Type.Object({ id: LoadId, other: LoadId })

/** Every figure of two loads, endpoint by endpoint, as `firedrill load compare` shows them. */
export const LoadComparison = Type.Object({
  notes: Type.Array(Type.String(), { description: 'What makes the two hard to compare' }),
  differences: Type.Array(
    Type.Object({
      endpoint: Type.String({ description: '"all" for all together, which come last' }),
      metric: Type.Enum(['rate', 'errors', 'p50', 'p95', 'p99', 'max']),
      before: orNull(Type.Number({ description: 'Requests per second, a ratio (0-1), or milliseconds' })),
      after: orNull(Type.Number()),
      change: orNull(Type.Number({ description: 'after / before - 1; null when one is missing or before is 0' })),
    }),
  ),
})
export type LoadComparison = Static<typeof LoadComparison>

/** What a load can be made of. */
export const JourneysView = Type.Object({
  journeys: Type.Array(
    Type.Object({
      name: Type.String(),
      summary: Type.String(),
      service: Type.String({ description: 'The service that it talks to' }),
      think: orNull(Type.String({ description: 'Pause between two tasks: 50ms..150ms' })),
      tasks: Type.Integer({ minimum: 1 }),
    }),
  ),
  levels: Type.Array(Type.Object({ name: Type.String(), users: Type.Integer(), spawnRatePerSecond: Type.Number() })),
  shapes: Type.Array(
    Type.Object({
      name: LoadShape,
      summary: Type.String(),
      outline: Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), {
        description: 'Corners of the rate over time: share of the duration, share of the highest rate',
      }),
    }),
  ),
})
export type JourneysView = Static<typeof JourneysView>
