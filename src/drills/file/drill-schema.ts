import { Type } from 'typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { ONE_LINE } from '../../base/text/texts.ts'
import { type Shape, shapes } from '../../load/users/pacing.ts'
import { LONGEST_SETTING, SETTING_NAME } from '../../stack/setting-problems.ts'
import { parameterTypes } from './parameters.ts'

const Name = (description: string) => Type.String({ minLength: 1, description })
const Duration = (description: string) => Type.String({ format: 'duration', description })
const ComparisonText = Type.String({
  format: 'comparison',
  description: 'What the value is held against: "== 0", "0.1..0.3"',
})
const Metric = Name('A PromQL expression; a plain selector is judged by its raw samples')
const closed = { additionalProperties: false } as const

const Labels = (description: string) => strictRecord(Type.String(), { description })
const Objective = Name('An objective, by service and name: store-availability')

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

/** What a steady-state entry may be; the key tells which. */
export const steadyKinds = {
  http: Type.Object(
    {
      http: Name('A service; every replica is asked'),
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

/** What an expectation may be; the key tells which. Every `within` counts from the first injection. */
export const expectationKinds = {
  metric: Type.Object({ metric: Metric, is: ComparisonText, within: Duration('Bound of the sample') }, closed),
  alert: Type.Object(
    {
      alert: Name('Name of the alert'),
      labels: Type.Optional(Labels('Labels it must have')),
      within: Duration('Bound of the firing'),
    },
    closed,
  ),
  action: Type.Object(
    {
      action: Name('What is done: an action of the policy, or escalate (left to a person)'),
      by: Type.Optional(Type.Literal('responder', { description: 'Who does it. Default responder' })),
      target: Name('A service or a replica'),
      within: Duration('Bound of the end of the action'),
    },
    closed,
  ),
  steady: Type.Object({ steady: Type.Literal(true), within: Duration('Bound of the return to steady state') }, closed),
  budget: Type.Object(
    {
      budget: Type.Object(
        {
          objective: Objective,
          atMost: Type.String({ format: 'ratio', description: "Share of the period's whole error budget: 5%" }),
        },
        closed,
      ),
    },
    closed,
  ),
  noOtherAlert: Type.Object(
    {
      noOtherAlert: Type.Union([
        Type.Literal(true),
        Type.Object({ except: Type.Array(Name('An alert that may page'), { minItems: 1 }) }, closed),
      ]),
    },
    closed,
  ),
}

const Journey = Type.String({
  minLength: 1,
  pattern: ONE_LINE,
  description: 'What each virtual user does: a journey that ships, or the path of a module, from the drill file',
})

/** The load: a crowd, arrivals at a rate, or `none`; the key tells which. */
export const loadKinds = {
  users: Type.Object(
    {
      journey: Journey,
      users: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Virtual users' }),
      spawnRate: Type.Number({ exclusiveMinimum: 0, maximum: 10_000, description: 'Users started per second' }),
    },
    closed,
  ),
  rate: Type.Object(
    {
      journey: Journey,
      rate: Type.Number({
        exclusiveMinimum: 0,
        maximum: 100_000,
        description: 'Tasks per second, whatever became of earlier ones',
      }),
      shape: Type.Optional(
        Type.Union(
          (Object.keys(shapes) as Shape[]).map((name) => Type.Literal(name)),
          { description: 'Of the rate over time. Default constant' },
        ),
      ),
      over: Type.Optional(
        Duration('How long the shape takes; then the load is over. A constant rate lasts as long as the drill'),
      ),
      maxUsers: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 10_000, description: 'Users at most. Default 1000' }),
      ),
    },
    closed,
  ),
}

/** What a step may wait for; the key tells which. */
export const conditionKinds = {
  metric: Type.Object({ metric: Metric, is: ComparisonText, within: Duration('Longest wait') }, closed),
  alert: Type.Object(
    {
      alert: Name('Name of the alert'),
      labels: Type.Optional(Labels('Labels it must have')),
      within: Duration('Longest wait'),
    },
    closed,
  ),
  action: Type.Object(
    {
      action: Name('What the responder has done'),
      target: Name('A service or a replica'),
      within: Duration('Longest wait'),
    },
    closed,
  ),
  steady: Type.Object({ steady: Type.Literal(true), within: Duration('Longest wait') }, closed),
}

const start = {
  at: Type.Optional(Duration('When, after the load is fully up')),
  when: Type.Optional(
    Type.Union([conditionKinds.metric, conditionKinds.alert, conditionKinds.action, conditionKinds.steady], {
      description: 'a condition: what must come true, within what time, before the step begins',
    }),
  ),
}
const Service = Name('A service')

export const faultStepSchema = Type.Object(
  {
    ...start,
    fault: Name('What is done to the target'),
    target: Service,
    replica: Type.Optional(Name('One replica of it, for example store-1')),
    params: Type.Optional(strictRecord(Type.Unknown(), { description: "The fault's parameters" })),
    for: Type.Optional(
      Duration('After that the target undoes the fault by itself. Default 30s beyond the last expectation'),
    ),
  },
  closed,
)

/** What a step may do besides faults, by the name of the action. */
export const actionSchemas = {
  configure: Type.Object(
    {
      ...start,
      action: Type.Literal('configure'),
      target: Service,
      settings: strictRecord(
        Type.Union([Type.String({ pattern: ONE_LINE, maxLength: LONGEST_SETTING }), Type.Number(), Type.Boolean()], {
          description: 'a text of one line, a number, or true or false',
        }),
        {
          keys: SETTING_NAME,
          description: 'What firedrill serve --help lists for the service. At the end they are back at their defaults',
          minProperties: 1,
        },
      ),
    },
    closed,
  ),
  scale: Type.Object(
    {
      ...start,
      action: Type.Literal('scale'),
      target: Service,
      to: Type.Integer({ minimum: 0, maximum: 100, description: 'Replicas. At the end there are as many as before' }),
    },
    closed,
  ),
  restart: Type.Object(
    { ...start, action: Type.Literal('restart'), target: Service, replica: Type.Optional(Name('One replica')) },
    closed,
  ),
  clearFaults: Type.Object({ ...start, action: Type.Literal('clearFaults') }, closed),
}

export const parameterSchema = Type.Object(
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

/** The form of a drill file, as published. */
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
    method: Type.Array(
      Type.Union([
        faultStepSchema,
        actionSchemas.configure,
        actionSchemas.scale,
        actionSchemas.restart,
        actionSchemas.clearFaults,
      ]),
      { description: 'Faults and actions; empty to watch for false alarms only' },
    ),
    watch: Type.Optional(
      Duration('How long the run watches at least, since the first step; without steps, since all users run'),
    ),
    expectations: Type.Array(
      Type.Union([
        expectationKinds.metric,
        expectationKinds.alert,
        expectationKinds.action,
        expectationKinds.steady,
        expectationKinds.budget,
        expectationKinds.noOtherAlert,
      ]),
      { minItems: 1 },
    ),
  },
  closed,
)

/**
 * The same with the entries of lists and the load left open: each is held against the schema of its own kind, since "does
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
