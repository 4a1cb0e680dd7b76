import { Type } from '#typebox'
import { ComparisonText, closed, Duration, Metric, Name, Objective } from '../../fields.ts'

/** The form of the steady state in a drill file. */

/** Status codes that are all right: one, several, or a range with both its ends. */
const Status = Type.Union(
  [
    Type.Integer({ minimum: 100, maximum: 599 }),
    Type.Array(Type.Integer({ minimum: 100, maximum: 599 }), { minItems: 1 }),
    Type.String({ pattern: '^[1-5][0-9]{2}\\.\\.[1-5][0-9]{2}$' }),
  ],
  { description: 'an HTTP status, a list of them, or a range: "200..299". Default 200' },
)

const Body = Type.Object(
  {
    matches: Type.Optional(
      Type.String({ format: 'regex', description: 'A regular expression that fits, in the syntax of RE2' }),
    ),
    jsonPath: Type.Optional(
      Type.String({ format: 'json-path', description: 'Where in the JSON: $.quotes[*].stale. Every value must pass' }),
    ),
    is: Type.Optional(
      Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()], {
        description: 'the value itself, or a comparison of numbers: "> 5", "1..5"',
      }),
    ),
  },
  { ...closed, description: 'either matches, or jsonPath and is' },
)

/** What an entry of the steady state can be, by the key that only this kind has. */
export const steadyKinds = {
  http: Type.Object(
    {
      http: Name('A service; every replica is asked', { refersTo: 'service' }),
      path: Type.String({ pattern: '^/', description: 'Path with its leading slash' }),
      status: Type.Optional(Status),
      latencyBelow: Type.Optional(Duration('Longest time to the end of the answer')),
      body: Type.Optional(Body),
    },
    closed,
  ),
  metric: Type.Object({ metric: Metric, is: ComparisonText }, closed),
  objective: Type.Object({ objective: Objective }, closed),
}
