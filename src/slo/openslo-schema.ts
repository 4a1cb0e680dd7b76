import { Type } from 'typebox'

const closed = { additionalProperties: false } as const
const Name = Type.String({ pattern: '^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$', description: 'A name' })

export const metadataSchema = Type.Object(
  {
    name: Name,
    displayName: Type.Optional(Type.String()),
    labels: Type.Optional(Type.Unknown()),
    annotations: Type.Optional(Type.Unknown()),
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
        type: Type.Optional(Type.String({ pattern: '^[Pp]rometheus$', description: 'Prometheus' })),
        spec: Type.Object({ query: Type.String({ minLength: 1, description: 'A PromQL expression' }) }, closed),
      },
      closed,
    ),
  },
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

export const sloSpecSchema = Type.Object(
  {
    description: Type.Optional(Type.String()),
    service: Name,
    indicator: Type.Optional(Type.Object({ metadata: Type.Optional(metadataSchema), spec: sliSpecSchema }, closed)),
    indicatorRef: Type.Optional(Type.String()),
    timeWindow: Type.Optional(
      Type.Array(
        Type.Object(
          {
            duration: Type.Union([Type.Literal('30d'), Type.Literal('28d'), Type.Literal('4w')]),
            isRolling: Type.Literal(true),
          },
          closed,
        ),
        { minItems: 1, maxItems: 1 },
      ),
    ),
    budgetingMethod: Type.Union([Type.Literal('Occurrences'), Type.Literal('RatioTimeslices')]),
    objectives: Type.Array(
      Type.Object(
        {
          displayName: Type.Optional(Type.String()),
          op: Type.Optional(
            Type.Union([Type.Literal('lte'), Type.Literal('gte'), Type.Literal('lt'), Type.Literal('gt')]),
          ),
          value: Type.Optional(Type.Number()),
          target: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
          targetPercent: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100 })),
          timeSliceWindow: Type.Optional(Type.Union([Type.Literal('5m'), Type.Literal(5)])),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  closed,
)
