import { type TSchema, Type } from '#typebox'
import { strictRecord } from '../../../base/schema/strict-record.ts'
import { actions } from '../../actions/actions.ts'
import { startFields } from '../../conditions/start-fields.ts'
import { expectations } from '../../expectations/expectations.ts'
import { closed, Duration, Name, Service } from '../../fields.ts'
import { parameterTypes } from '../parameters.ts'
import { loadKinds } from './load-schema.ts'
import { steadyKinds } from './steady-schema.ts'

/** The form of a drill file, made of the forms of all kinds of its entries. */

/** A step that injects a fault. */
export const faultStepSchema = Type.Object(
  {
    ...startFields,
    fault: Name('What is done to the target', { refersTo: 'fault' }),
    target: Service,
    replica: Type.Optional(Name('One replica of it, for example store-1')),
    params: Type.Optional(strictRecord(Type.Unknown(), { description: "The fault's parameters" })),
    for: Type.Optional(
      Duration('After that the target undoes the fault by itself. Default 30s beyond the last expectation'),
    ),
  },
  closed,
)

const parameterSchema = Type.Object(
  {
    type: Type.Union(
      parameterTypes.map((name) => Type.Literal(name)),
      { description: 'What a value must be' },
    ),
    default: Type.Union([Type.String(), Type.Number(), Type.Boolean()], { description: 'a value of that type' }),
    description: Type.Optional(Name('What it is for')),
  },
  closed,
)

/** The form of a drill file, as published. What entries can be is defined where each kind is. */
export const drillSchema = Type.Object(
  {
    title: Name('One line'),
    why: Name('What it would mean if this drill deviated'),
    parameters: Type.Optional(
      strictRecord(parameterSchema, {
        keys: '^[A-Za-z][A-Za-z0-9_-]{0,63}$',
        description: 'What --set can change; a placeholder with its name, in any value, stands for it',
      }),
    ),
    seed: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'Of all that is random; --seed goes before it' }),
    ),
    steadyState: Type.Array(Type.Union([steadyKinds.http, steadyKinds.metric, steadyKinds.objective]), { minItems: 1 }),
    load: Type.Union([loadKinds.users, loadKinds.rate, Type.Literal('none')], {
      description: 'a mapping with journey, users and spawnRate, or journey and rate; or none',
    }),
    method: Type.Array(Type.Union([faultStepSchema, ...schemasOf(actions)]), {
      description: 'Faults and actions; empty to watch for false alarms only',
    }),
    watch: Type.Optional(
      Duration('How long the run watches at least, since the first step; without steps, since all users run'),
    ),
    expectations: Type.Array(Type.Union(schemasOf(expectations)), { minItems: 1 }),
  },
  closed,
)

/**
 * The same with the entries of lists and the load left open: each entry is compared with the schema of its own kind, since "does
 * not match any of five forms" helps nobody.
 */
export const drillFrameSchema = Type.Object(
  {
    ...drillSchema.properties,
    steadyState: Type.Array(Type.Unknown(), { minItems: 1 }),
    load: Type.Unknown({ description: 'a mapping with journey, users and spawnRate, or journey and rate; or none' }),
    method: Type.Array(Type.Unknown()),
    expectations: Type.Array(Type.Unknown(), { minItems: 1 }),
  },
  closed,
)

function schemasOf(definitions: Readonly<Record<string, { schema: TSchema }>>): TSchema[] {
  return Object.values(definitions).map(({ schema }) => schema)
}
