import { type Static, Type } from 'typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { clientResults } from '../../load/figures/client-counts.ts'

/** Schemas of the load routes. */

const LoadCounts = Type.Object({
  requests: Type.Integer({ minimum: 0 }),
  failures: Type.Integer({ minimum: 0 }),
  latencyMs: Type.Union([
    Type.Null(),
    Type.Object({ p50: Type.Number(), p95: Type.Number(), p99: Type.Number(), max: Type.Number() }),
  ]),
})

/** The figures of the load that reported last. Counts are since its start. Also the data of each event of the stream. */
export const LoadView = Type.Object(
  {
    startedAtMs: Type.Number(),
    ended: Type.Boolean(),
    journey: Type.String({ maxLength: 1_024 }),
    target: Type.String({ maxLength: 1_024 }),
    elapsedMs: Type.Number(),
    durationMs: Type.Number(),
    users: Type.Integer({ minimum: 0 }),
    saturated: Type.Boolean({ description: 'The generator did not keep up: its figures prove nothing' }),
    latenessP99Ms: Type.Number(),
    total: LoadCounts,
    lastSecond: Type.Union([Type.Null(), LoadCounts]),
    endpoints: Type.Array(
      Type.Intersect([
        Type.Object({
          name: Type.String({ maxLength: 1_024 }),
          causes: strictRecord(Type.Integer({ minimum: 0 }), { description: 'Failures by cause' }),
          lastSecond: Type.Union([Type.Null(), LoadCounts]),
        }),
        LoadCounts,
      ]),
      { maxItems: 1_000 },
    ),
  },
  { additionalProperties: false },
)
export type LoadView = Static<typeof LoadView>

export const LoadAnswer = Type.Object({
  load: Type.Union([Type.Null(), LoadView], { description: 'null when no load has reported yet' }),
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
        { additionalProperties: false },
      ),
      { maxItems: 10_000 },
    ),
  },
  { additionalProperties: false },
)
export type ClientRequests = Static<typeof ClientRequests>
export const ClientRequestsTaken = Type.Object({ taken: Type.Integer({ minimum: 0 }) })
