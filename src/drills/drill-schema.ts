import { Type } from 'typebox'

const Name = (description: string) => Type.String({ minLength: 1, description })
const Duration = (description: string) => Type.String({ format: 'duration', description })
const ComparisonText = Type.String({ format: 'comparison', description: 'What the value is held against: "== 0"' })
const Metric = Name('A PromQL expression; a plain selector is judged by its raw samples')
const closed = { additionalProperties: false } as const

/** What a steady-state entry may be; the key tells which. */
export const steadyKinds = {
  http: Type.Object(
    {
      http: Name('A service; every replica is asked'),
      path: Type.String({ pattern: '^/', description: 'Path with its leading slash' }),
      status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599, description: 'HTTP status. Default 200' })),
    },
    closed,
  ),
  metric: Type.Object({ metric: Metric, is: ComparisonText }, closed),
}

/** What an expectation may be; the key tells which. Every `within` counts from the first injection. */
export const expectationKinds = {
  metric: Type.Object({ metric: Metric, is: ComparisonText, within: Duration('Bound of the sample') }, closed),
  alert: Type.Object(
    {
      alert: Name('Name of the alert'),
      labels: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'Labels it must have' })),
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

export const loadSchema = Type.Object(
  {
    journey: Name('What each virtual user does'),
    users: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Virtual users' }),
    spawnRate: Type.Number({ exclusiveMinimum: 0, maximum: 10_000, description: 'Users started per second' }),
  },
  closed,
)

export const stepSchema = Type.Object(
  {
    at: Duration('When, after the load is fully up'),
    fault: Name('What is done to the target'),
    target: Name('A service'),
    replica: Type.Optional(Name('One replica of it, for example store-1')),
    params: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "The fault's parameters" })),
    for: Type.Optional(
      Duration('After that the target undoes the fault by itself. Default 30s beyond the last expectation'),
    ),
  },
  closed,
)

/** The form of a drill file, as published. */
export const drillSchema = Type.Object(
  {
    title: Name('One line'),
    why: Name('What it would mean if this drill deviated'),
    steadyState: Type.Array(Type.Union([steadyKinds.http, steadyKinds.metric]), { minItems: 1 }),
    load: loadSchema,
    method: Type.Array(stepSchema, { description: 'Faults in time; empty to watch for false alarms only' }),
    expectations: Type.Array(
      Type.Union([
        expectationKinds.metric,
        expectationKinds.alert,
        expectationKinds.action,
        expectationKinds.steady,
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
    load: Type.Unknown({ description: 'a mapping with journey, users and spawnRate' }),
    method: Type.Array(Type.Unknown()),
    expectations: Type.Array(Type.Unknown(), { minItems: 1 }),
  },
  closed,
)
