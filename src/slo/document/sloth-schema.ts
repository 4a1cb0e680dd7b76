import { type TSchema, Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'

/** The schema of a document in Sloth's form. */

const closed = { additionalProperties: false } as const
const Name = Type.String({ pattern: '^[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]$', description: 'A name' })
/** YAML reads 2 and true as a number and a boolean; as a label both are texts. */
const Texts = strictRecord(Type.Union([Type.String({ minLength: 1 }), Type.Number(), Type.Boolean()]))
const Query = Type.String({ minLength: 1, description: 'A PromQL expression with {{.window}}' })

const burnAlert = Type.Object(
  {
    disable: Type.Optional(Type.Boolean()),
    labels: Type.Optional(Texts),
    annotations: Type.Optional(Texts),
  },
  closed,
)

const Counting = Type.Union([Type.Literal('events'), Type.Literal('averages')])

export const slothSloSchema = Type.Object(
  {
    name: Name,
    description: Type.Optional(Type.String()),
    objective: Type.Number({ exclusiveMinimum: 0, maximum: 100, description: 'Percent of events that must be good' }),
    labels: Type.Optional(Texts),
    sli: Type.Object(
      {
        events: Type.Optional(Type.Object({ error_query: Query, total_query: Query }, closed)),
        raw: Type.Optional(Type.Object({ error_ratio_query: Query }, closed)),
        plugin: Type.Optional(Type.Unknown()),
      },
      closed,
    ),
    alerting: Type.Optional(
      Type.Object(
        {
          name: Type.Optional(Type.String()),
          labels: Type.Optional(Texts),
          annotations: Type.Optional(Texts),
          page_alert: Type.Optional(burnAlert),
          ticket_alert: Type.Optional(burnAlert),
        },
        closed,
      ),
    ),
    plugins: Type.Optional(Type.Unknown()),
    'x-firedrill': Type.Optional(
      Type.Object(
        {
          counting: Type.Optional(Counting),
          outsideOf: Type.Optional(
            Type.String({
              description:
                'The objective of this file that promises the same, measured inside; this one is at its users',
            }),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
)

/** A document of Sloth's `prometheus/v1`, with one key of our own that Sloth ignores: `x-firedrill`. */
export const slothSchema = Type.Object(
  {
    version: Type.Literal('prometheus/v1'),
    service: Name,
    labels: Type.Optional(Texts),
    slos: Type.Array(Type.Unknown(), { minItems: 1 }),
    slo_plugins: Type.Optional(Type.Unknown()),
    'x-firedrill': Type.Optional(Type.Object({ counting: Counting }, closed)),
  },
  closed,
) satisfies TSchema
