import { Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'

/** The schemas of OpenSLO documents, as far as they are read. */

const closed = { additionalProperties: false } as const
/** Names are those of DNS labels (RFC 1123), in small letters. */
const Name = Type.String({ pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$', description: 'A name' })
const Text = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

export const metadataSchema = Type.Object(
  {
    name: Name,
    displayName: Type.Optional(Type.String()),
    labels: Type.Optional(
      strictRecord(Type.Union([Text, Type.Array(Text)], { description: 'text, or a list of texts' }), {
        keys: '^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$',
      }),
    ),
    /** For other tools: rules cannot hold them. */
    annotations: Type.Optional(strictRecord(Text)),
  },
  closed,
)

/** What every OpenSLO document begins with. */
export const headSchema = Type.Object(
  {
    apiVersion: Type.Literal('openslo/v1'),
    kind: Type.Union([Type.Literal('SLO'), Type.Literal('SLI'), Type.Literal('Service'), Type.Literal('DataSource')]),
    metadata: metadataSchema,
    spec: Type.Unknown({ description: 'a mapping' }),
  },
  closed,
)

const metric = Type.Object(
  {
    metricSource: Type.Object(
      {
        metricSourceRef: Type.Optional(Type.String()),
        type: Type.Optional(Type.String()),
        /** Checked once it is known to be for Prometheus: other sources have other keys. */
        spec: Type.Unknown({ description: 'a mapping' }),
      },
      closed,
    ),
  },
  closed,
)

/** The spec of a metric source for Prometheus. */
export const querySchema = Type.Object(
  { query: Type.String({ minLength: 1, description: 'A PromQL expression' }) },
  closed,
)

export const sliSpecSchema = Type.Object(
  {
    description: Type.Optional(Type.String()),
    thresholdMetric: Type.Optional(metric),
    ratioMetric: Type.Optional(
      Type.Object(
        {
          counter: Type.Optional(Type.Boolean()),
          good: Type.Optional(metric),
          bad: Type.Optional(metric),
          total: Type.Optional(metric),
          rawType: Type.Optional(Type.Union([Type.Literal('success'), Type.Literal('failure')])),
          raw: Type.Optional(metric),
        },
        closed,
      ),
    ),
  },
  closed,
)

/** Parts of OpenSLO that are not supported pass here; `checkSupport` refuses them with a reason. */
export const sloSpecSchema = Type.Object(
  {
    description: Type.Optional(Type.String()),
    service: Type.String({ pattern: '^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$', description: 'A name' }),
    indicator: Type.Optional(Type.Object({ metadata: Type.Optional(metadataSchema), spec: sliSpecSchema }, closed)),
    indicatorRef: Type.Optional(Type.String()),
    timeWindow: Type.Array(
      Type.Object(
        {
          duration: Type.String({ minLength: 1, description: '30d, 28d or 4w' }),
          isRolling: Type.Optional(Type.Boolean()),
          calendar: Type.Optional(Type.Unknown()),
        },
        closed,
      ),
      { minItems: 1, maxItems: 1 },
    ),
    budgetingMethod: Type.Union([
      Type.Literal('Occurrences'),
      Type.Literal('Timeslices'),
      Type.Literal('RatioTimeslices'),
    ]),
    objectives: Type.Array(
      Type.Object(
        {
          displayName: Type.Optional(Type.String()),
          op: Type.Optional(
            Type.Union([Type.Literal('lte'), Type.Literal('gte'), Type.Literal('lt'), Type.Literal('gt')]),
          ),
          value: Type.Optional(Type.Number()),
          target: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
          targetPercent: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 100 })),
          timeSliceTarget: Type.Optional(Type.Unknown()),
          timeSliceWindow: Type.Optional(Type.Union([Type.String(), Type.Number()])),
          indicator: Type.Optional(Type.Unknown()),
          indicatorRef: Type.Optional(Type.Unknown()),
          compositeWeight: Type.Optional(Type.Unknown()),
        },
        closed,
      ),
      { minItems: 1 },
    ),
    alertPolicies: Type.Optional(Type.Unknown()),
  },
  closed,
)
