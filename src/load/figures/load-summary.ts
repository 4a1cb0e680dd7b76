import { type Static, Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { At, Count, closed, Ms, orNull } from '../../base/schema/terms.ts'

/** How a load went, in figures: as a recorder computes them, and as journals keep them. */
export const LoadSummary = Type.Object(
  {
    requests: Count,
    failures: Count,
    failuresByCause: strictRecord(Count),
    durationMs: Ms('From the start of the first request to the end of the last'),
    ratePerSecond: Type.Number(),
    latencyMs: orNull(
      Type.Object(
        { p50: Type.Number(), p95: Type.Number(), p99: Type.Number(), max: Type.Number() },
        {
          ...closed,
          // Quick failures are left out: a refused connection would flatter the figures.
          description:
            'Of the requests that went well, and of those that timed out, for as long as they waited; null without any',
        },
      ),
    ),
    firstFailureMs: orNull(At('Start of the first request that failed')),
    lastFailureMs: orNull(At('End of the last request that failed')),
    longestFailingMs: Ms('Longest stretch in which requests ended and none of them went well'),
  },
  closed,
)

/** What users felt in a window of time. */
export const Felt = Type.Object(
  {
    firstFailureMs: orNull(At('Since when the first request that failed was under way, but not before the cause')),
    lastFailureMs: orNull(At('End of the last one')),
    failures: Count,
    requests: Count,
    windowMs: Ms('From the first failure to the last'),
  },
  closed,
)

/** Figures a second, from a first one on, by when a request ended. */
export const SecondFigures = Type.Object(
  {
    requests: Type.Array(Count),
    failures: Type.Array(Count),
    p95Ms: Type.Array(orNull(Type.Number()), {
      description: 'Of the requests that went well or timed out; null without any',
    }),
  },
  { ...closed, description: 'One entry a second, by when a request ended; empty without load' },
)

/** Whether the load generator itself kept up. */
export const Saturation = Type.Object(
  {
    saturated: Type.Boolean(),
    lagP99Ms: Ms("Lateness of the generator's event loop, 99th percentile"),
    latenessP99Ms: Ms('Lateness of its tasks, 99th percentile'),
    busyRatio: Type.Number({ description: 'Share of the time that its busiest thread was busy, 0-1' }),
    coreWaitRatio: Type.Optional(
      Type.Number({
        description:
          'Share of the time that a thread waited for a core, 0-1: of the one that waited longest; missing where the kernel does not measure it',
      }),
    ),
    reason: Type.Optional(Type.String()),
  },
  closed,
)

export type LoadSummary = Static<typeof LoadSummary>
export type Felt = Static<typeof Felt>
export type SecondFigures = Static<typeof SecondFigures>
export type Saturation = Static<typeof Saturation>
