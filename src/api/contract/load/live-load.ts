import { type Static, Type } from '#typebox'
import { strictRecord } from '../../../base/schema/strict-record.ts'
import { At, Count, closed, Ms, orNull } from '../../../base/schema/terms.ts'
import { clientResults } from '../../../load/figures/client-counts.ts'

/** Schemas of the load that reports at the moment, and of what its users see. */

/** Names a load by its beginning and its journey. It is also the name of its folder in the state folder. */
export const LoadId = Type.String({
  pattern: '^[0-9A-Za-z][\\w-]{0,199}$',
  description: 'letters, digits, - and _: 2026-01-02T03-04-05-678Z-browse',
})

/** How a load run ended, as `firedrill load` reports it. */
export const LoadOutcome = Type.Enum(['passed', 'failed', 'saturated', 'stopped', 'broken'])
export const LoadShape = Type.Enum(['constant', 'stepped', 'ramp', 'spike'])

/** What load a run makes: of users, or of arrivals. */
export const LoadPlan = Type.Union([
  Type.Object({
    model: Type.Literal('closed'),
    users: Type.Integer({ minimum: 0 }),
    spawnRatePerSecond: Type.Number({ description: 'Users started per second' }),
  }),
  Type.Object({
    model: Type.Literal('open'),
    shape: LoadShape,
    ratePerSecond: Type.Number({ description: 'The highest rate, in tasks per second' }),
    durationMs: Ms('Over which the shape is spread'),
    maxUsers: Type.Integer({ minimum: 0 }),
  }),
])
export type LoadPlan = Static<typeof LoadPlan>

const CauseCounts = strictRecord(Count, { description: 'Failures by cause' })

export const LoadCounts = Type.Object({
  requests: Count,
  failures: Count,
  latencyMs: orNull(Type.Object({ p50: Type.Number(), p95: Type.Number(), p99: Type.Number(), max: Type.Number() })),
})
export type LoadCounts = Static<typeof LoadCounts>

/** A threshold, and whether it is met so far. */
export const LoadThreshold = Type.Object({
  text: Type.String({ maxLength: 1_024 }),
  met: Type.Boolean(),
  observed: orNull(Type.String({ maxLength: 1_024, description: 'As text; null when nothing was measured' })),
})

/** The figures of a load, as it reports them each second. Counts are since its start. Also the data of each event of the stream. */
export const LoadView = Type.Object(
  {
    id: LoadId,
    pid: Type.Integer({ minimum: 1, description: 'Of the process that makes it' }),
    drill: orNull(Type.String({ maxLength: 1_024, description: 'Name of the drill whose load it is' })),
    startedAtMs: At('Begin'),
    ended: Type.Boolean(),
    journey: Type.String({ maxLength: 1_024 }),
    target: Type.String({ maxLength: 1_024 }),
    plan: LoadPlan,
    elapsedMs: Type.Number(),
    durationMs: orNull(Ms('As planned; null when it ends with its drill')),
    users: Count,
    saturated: Type.Boolean({ description: 'The generator did not keep up: its figures prove nothing' }),
    saturatedBy: orNull(Type.String({ maxLength: 4_096, description: 'Why it did not keep up' })),
    latenessP99Ms: Type.Number(),
    thresholds: Type.Array(LoadThreshold, { maxItems: 1_000 }),
    total: LoadCounts,
    seconds: Type.Integer({ minimum: 0, description: 'Seconds that are over, with the last one' }),
    lastSecond: orNull(LoadCounts),
    lastCauses: CauseCounts,
    endpoints: Type.Array(
      Type.Intersect([
        Type.Object({
          name: Type.String({ maxLength: 1_024 }),
          causes: CauseCounts,
          lastSecond: orNull(LoadCounts),
        }),
        LoadCounts,
      ]),
      { maxItems: 1_000 },
    ),
  },
  closed,
)
export type LoadView = Static<typeof LoadView>

export const LoadAnswer = Type.Object({
  load: orNull(LoadView),
})

/** What became of requests to a service since the last report, as seen by the clients that sent them. */
export const ClientRequests = Type.Object(
  {
    service: Type.String({ maxLength: 64 }),
    requests: Type.Array(
      Type.Object(
        {
          endpoint: Type.String({ maxLength: 1_024 }),
          result: Type.Enum([...clientResults]),
          count: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
        },
        closed,
      ),
      { maxItems: 10_000 },
    ),
  },
  closed,
)
export type ClientRequests = Static<typeof ClientRequests>
export const ClientRequestsTaken = Type.Object({ taken: Type.Integer({ minimum: 0 }) })
