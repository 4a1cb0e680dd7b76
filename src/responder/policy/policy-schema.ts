import { type TOptional, type TSchema, Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { NO_NUL } from '../../base/text/texts.ts'
import { type ActionName, actionNamed, actions } from '../actions/actions.ts'

/** The form of a policy file. */

const Duration = (description: string) =>
  Type.String({ format: 'duration', description: `${description} In production time: the lab clock scales it` })
const closed = { additionalProperties: false } as const
const Service = Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$', description: 'Name of a service' })

const limit = Type.Object(
  {
    actions: Type.Integer({ minimum: 1, maximum: 1_000, description: 'Repairs' }),
    window: Duration('Length of the window.'),
  },
  closed,
)

const guards = Type.Object(
  {
    cooldown: Type.Optional(Duration('Shortest pause between two repairs of one target. Default 30s.')),
    perTarget: Type.Optional(limit),
    overall: Type.Optional(limit),
    quorum: Type.Optional(
      strictRecord(
        Type.Union([
          Type.Integer({ minimum: 0, maximum: 100 }),
          Type.String({ pattern: '^(100|[1-9]?[0-9])%$', description: 'A share, rounded down' }),
        ]),
        {
          description:
            'How many healthy replicas must remain while one is taken down, by service; `default` for the others. Default 50%',
        },
      ),
    ),
  },
  closed,
)

/** An entry of a ladder: one action, and how long it may take to help. */
const step = Type.Object(
  {
    ...(Object.fromEntries(
      Object.keys(actions).map((name) => {
        const { params, summary } = actionNamed(name as ActionName)
        return [name, Type.Optional({ ...params, title: summary } as TSchema)]
      }),
    ) as Record<ActionName, TOptional<TSchema>>),
    settle: Type.Optional(Duration('How long it may take to show its effect.')),
  },
  { ...closed, description: 'One action, and how long it may take to help' },
)

const over = Type.Optional(Duration('How much time after the action must have been good. Default 30s.'))

/** What `verify` may be; its key decides. */
const verify = Type.Object(
  {
    health: Type.Optional(Type.Literal(true, { description: 'The replicas are healthy, and stay so' })),
    alert: Type.Optional(Type.Literal('gone', { description: 'Prometheus no longer has the alert' })),
    query: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'PromQL; $window is the time since the action, $service and $instance are what the alert is about',
      }),
    ),
    is: Type.Optional(Type.String({ format: 'comparison', description: 'What every value is held against: "< 0.2"' })),
    over,
  },
  closed,
)

const rule = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: 'What it is about, in a few words' }),
    match: strictRecord(Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]), {
      keys: '^[a-zA-Z_][a-zA-Z0-9_]*$',
      minProperties: 1,
      description: 'Labels of the alert, each with its value or a list of them',
    }),
    service: Type.Optional(Service),
    ladder: Type.Array(step, { description: 'Tried from the first to the last, then a person is notified' }),
    verify: Type.Optional(verify),
    settle: Type.Optional(Duration('How long each action may take to show its effect. Default 5m.')),
  },
  closed,
)

const program = Type.Object(
  {
    command: Type.Array(Type.String({ pattern: NO_NUL }), {
      minItems: 1,
      description: 'Absolute path of the program, and its arguments. No shell, nothing is replaced in them',
    }),
    timeout: Type.Optional(
      Type.String({ format: 'duration', description: 'It is ended after that. Not scaled. Default 30s' }),
    ),
  },
  closed,
)

/** The form of a policy file, as published. */
export const policySchema = Type.Object(
  {
    dryRun: Type.Optional(Type.Boolean({ description: 'Only say what would be done. Default false' })),
    guards: Type.Optional(guards),
    rules: Type.Array(rule, { description: 'The first one that matches an alert counts' }),
    programs: Type.Optional(strictRecord(program, { keys: '^[a-z][a-z0-9-]{0,62}$' })),
  },
  { ...closed, title: 'Policy of the Firedrill responder' },
)
