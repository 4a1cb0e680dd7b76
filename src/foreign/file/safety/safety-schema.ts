import { Type } from '#typebox'
import { ComparisonText, closed, Labels, Name } from '../../../drills/fields.ts'
import { Environment } from '../../../drills/journal/schema/safety.ts'

/** The form of what firedrill.yaml demands of every run. */

/** What can end a run, by the key that only this kind has. */
export const abortKinds = {
  metric: Type.Object({ metric: Name('A PromQL expression'), is: ComparisonText }, closed),
  alert: Type.Object(
    { alert: Name('Name of the alert'), labels: Type.Optional(Labels('Labels it must have')) },
    closed,
  ),
}

/** `budget > 20%`, of every objective that Prometheus has in Sloth's form. */
const BudgetLeft = Type.String({
  pattern: '^\\s*budget\\s*>\\s*[0-9]+(\\.[0-9]+)?%\\s*$',
  description: 'budget > 20%',
})
const StartCondition = Type.Union([BudgetLeft, abortKinds.metric], { description: 'budget > 20%, or a metric' })

export const safetyProperties = {
  environment: Type.Union(Environment.anyOf, {
    description: 'What the system is to its people: on production every safeguard is required',
  }),
  abortWhen: Type.Optional(
    Type.Union([Type.Literal('none'), Type.Array(Type.Union([abortKinds.metric, abortKinds.alert]), { minItems: 1 })], {
      description: 'a list of metrics and alerts, each of which ends a run; or none, to do without knowingly',
    }),
  ),
  onlyIf: Type.Optional(
    Type.Union([StartCondition, Type.Array(StartCondition, { minItems: 1 })], {
      description: 'budget > 20%, a metric, or a list of these: all must be true before a run',
    }),
  ),
  maxDuration: Type.Optional(
    Type.String({ format: 'duration', description: 'The longest time that a run may do anything to the system' }),
  ),
  maxReplicas: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Replicas, of all services together, that faults may hit at the same time',
    }),
  ),
}

/** The same with what may be of several kinds left open: each entry is checked with the schema of its kind. */
export const safetyFrame = {
  ...safetyProperties,
  // Its absence has an error of its own, with the line to add.
  environment: Type.Optional(safetyProperties.environment),
  abortWhen: Type.Optional(Type.Unknown()),
  onlyIf: Type.Optional(Type.Unknown()),
}
