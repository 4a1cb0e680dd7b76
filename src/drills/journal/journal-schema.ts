import { type TSchema, Type } from 'typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'

const ISO_8601 = '^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]{1,3})?Z$'
const closed = { additionalProperties: false } as const
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Ms = (description: string) => Type.Number({ description: `${description}, in milliseconds` })
/** As far as a date goes. */
const MOST_MS = 8.64e15
const At = (description: string) =>
  Type.Number({ minimum: 0, maximum: MOST_MS, description: `${description}, in epoch milliseconds` })
const Labels = strictRecord(Type.String())
const Words = (...words: string[]) => Type.Union(words.map((word) => Type.Literal(word)))
const Count = Type.Integer({ minimum: 0 })

const Span = Type.Object({ minMs: Ms('Shortest'), meanMs: Ms('Mean'), maxMs: Ms('Longest') }, closed)
const Landing = Type.Object(
  { landed: Type.Boolean(), atMs: At('When the effect was seen'), proof: Type.String() },
  closed,
)
const Alerts = (description: string) =>
  Type.Array(
    Type.Object(
      {
        alertname: Type.String(),
        labels: Labels,
        activeAtMs: At('Became active'),
        firedAtMs: At('Was first seen firing'),
      },
      closed,
    ),
    { description },
  )
const Lifted = Type.Object({ liftedAtMs: At('When'), changed: Type.Boolean(), detail: Type.String() }, closed)

const Stage = Type.Object(
  {
    name: Words(
      'injected',
      'seen',
      'pending',
      'firing',
      'notified',
      'received',
      'acting',
      'acted',
      'good again',
      'resolved',
    ),
    atMs: orNull(At('When; null when it was not observed')),
    sinceInjectedMs: orNull(Ms('Since the injection')),
    source: Type.String({ description: 'Where the time was read' }),
    resolutionMs: Ms('How fine that clock is'),
    detail: Type.String(),
  },
  closed,
)

const Expectation = Type.Object(
  {
    kind: Words('metric', 'alert', 'action', 'steady', 'budget', 'noOtherAlert'),
    text: Type.String({ description: 'In a few words' }),
    met: Type.Boolean(),
    tried: Type.Boolean({
      description: 'Whether the run came far enough to judge it; if not, it is neither met nor missed',
    }),
    atMs: orNull(At('When what is expected happened, also too late')),
    sinceInjectedMs: orNull(Ms('The same since the injection')),
    withinMs: orNull(Ms('Its bound')),
    lateMs: Type.Optional(Ms('How late the machine was in that time; only of a bound that was not kept')),
    observed: Type.String(),
    floor: orNull(Span),
    samples: Type.Array(
      Type.Object(
        {
          atMs: orNull(At('When')),
          source: Type.String(),
          value: Type.Union([Type.Number(), Type.String()]),
          passes: Type.Boolean(),
        },
        closed,
      ),
      { description: 'What it was judged by' },
    ),
  },
  closed,
)

const Load = Type.Object(
  {
    requests: Count,
    failures: Count,
    failuresByCause: strictRecord(Count),
    durationMs: Ms('From the first request to the end of the last'),
    ratePerSecond: Type.Number(),
    latencyMs: orNull(
      Type.Object({ p50: Type.Number(), p95: Type.Number(), p99: Type.Number(), max: Type.Number() }, closed),
    ),
    firstFailureMs: orNull(At('Start of the first request that failed')),
    lastFailureMs: orNull(At('End of the last request that failed')),
    longestFailingMs: Ms('Longest stretch in which nothing went well'),
    journey: Type.String(),
    users: orNull(Count),
    ratePerSecondPlanned: orNull(Type.Number()),
    saturation: Type.Object(
      {
        saturated: Type.Boolean(),
        lagP99Ms: Type.Number(),
        latenessP99Ms: Type.Number(),
        busyRatio: Type.Number(),
        coreWaitRatio: Type.Optional(Type.Number({ description: 'Share of the time that it waited for a core, 0-1' })),
        reason: Type.Optional(Type.String()),
      },
      closed,
    ),
    thrown: Type.Optional(strictRecord(Count, { description: "Errors of the journey's own code, by message" })),
  },
  closed,
)

const Felt = Type.Object(
  {
    firstFailureMs: orNull(At('Since when the first request that failed was under way')),
    lastFailureMs: orNull(At('End of the last one')),
    failures: Count,
    requests: Count,
    windowMs: Ms('From the first failure to the last'),
  },
  closed,
)

const budgetCount = {
  total: Type.Number({ description: 'Events' }),
  failed: Type.Number({ description: 'Events that failed' }),
  burntRatio: Type.Number({ description: "Share of the period's budget that is gone; 0.02 is 2 %" }),
  toMs: At('Until when it was counted'),
}
const Budget = Type.Object(
  {
    objective: Type.String({ description: 'Service and name: store-availability' }),
    service: Type.String(),
    name: Type.String(),
    targetPercent: Type.Number(),
    outsideOf: Type.Optional(
      Type.String({
        description: 'The objective of the service that promises the same; this one is measured at its users',
      }),
    ),
    periodMs: Ms('What the whole budget is for'),
    fromMs: At('Since when it was counted'),
    toMs: At('Until when'),
    byEvents: orNull(
      Type.Object(
        {
          ...budgetCount,
          unserved: Type.Optional(Type.Number({ description: 'Of older runs: requests that nothing answered' })),
        },
        closed,
      ),
    ),
    byRules: orNull(Type.Object(budgetCount, closed)),
  },
  closed,
)

const Series = Type.Object(
  {
    startMs: At('Begin of the first second'),
    load: Type.Object(
      { requests: Type.Array(Count), failures: Type.Array(Count), p95Ms: Type.Array(orNull(Type.Number())) },
      { ...closed, description: 'One entry a second' },
    ),
    up: Type.Array(
      Type.Object(
        {
          service: Type.String(),
          instance: Type.String(),
          changes: Type.Array(Type.Object({ atMs: At('When'), up: Type.Boolean() }, closed)),
        },
        closed,
      ),
    ),
    alerts: Type.Array(
      Type.Object(
        {
          alertname: Type.String(),
          labels: Labels,
          pendingAtMs: At('Became active'),
          firingAtMs: orNull(At('Fired')),
          endedAtMs: orNull(At('Was last seen, when it was over at the end')),
        },
        closed,
      ),
    ),
  },
  closed,
)

const Machine = Type.Object(
  {
    cores: orNull(Type.Integer({ minimum: 1 })),
    pressureKnown: Type.Boolean({ description: 'Whether the kernel measures how long tasks wait for a core' }),
    widened: Type.Boolean({ description: 'Whether bounds widened by what the machine was late: --busy' }),
    lateMs: Ms('All that it was late'),
    oursCores: orNull(Type.Number({ description: 'In use by the system and the run' })),
    othersCores: orNull(Type.Number({ description: 'In use by all other programs' })),
    others: Type.Array(Type.Object({ pid: Type.Integer(), name: Type.String(), cores: Type.Number() }, closed), {
      description: 'The programs that used most',
    }),
    clocks: Type.Array(Type.Object({ clock: Type.String(), lateMs: Ms('How late it was at its worst') }, closed)),
    samples: Type.Array(
      Type.Object(
        {
          atMs: At('End of the sample'),
          forMs: Ms('Its length'),
          stalledMs: orNull(Ms('In which a task waited for a core')),
          oursMs: orNull(Ms('CPU time of the system and the run, over all cores')),
          othersMs: orNull(Ms('CPU time of all others')),
          stolenMs: orNull(Ms('CPU time that the host of a virtual machine took')),
          loopLateMs: Ms("How late the run's own timers were, added up"),
          lateMs: Ms('How late this made a chain of work, at most'),
        },
        closed,
      ),
    ),
  },
  closed,
)

const Step = Type.Object(
  {
    index: Count,
    kind: Words('fault', 'action'),
    text: Type.String(),
    due: Type.String({ description: 'What it was to begin at' }),
    startedAtMs: orNull(At('Begin; null when it did not begin')),
    endedAtMs: orNull(At('End')),
    ok: Type.Boolean({ description: 'Whether it did what it says' }),
    detail: Type.String(),
    putBack: orNull(Type.Object({ atMs: At('When'), ok: Type.Boolean(), detail: Type.String() }, closed)),
  },
  closed,
)

/** What is made elsewhere is described as far as reports read it. */
const Incident = Type.Object({
  id: Type.String(),
  alertname: Type.String(),
  receivedAtMs: At('Arrival of the webhook'),
  actions: Type.Array(
    Type.Object({
      action: Type.String(),
      target: Type.String(),
      actingAtMs: At('Begin'),
      actedAtMs: Type.Optional(At('End')),
      ok: Type.Optional(Type.Boolean()),
      telling: Type.Optional(Type.Boolean({ description: 'Whether it only notifies somebody' })),
    }),
  ),
})
const Event = Type.Object({
  sequence: Type.Integer(),
  atMs: At('When'),
  service: Type.String(),
  replica: Type.String(),
  kind: Type.String(),
  actor: Type.String(),
})

/** The form of a journal, as published. Every one that is written is held against it. */
export const journalSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    drill: Type.Object(
      {
        title: Type.String(),
        why: Type.String(),
        file: Type.String(),
        sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      },
      closed,
    ),
    startedAt: Type.String({ pattern: ISO_8601, description: 'ISO 8601, UTC' }),
    verdict: Words('held', 'deviated', 'inconclusive', 'aborted', 'errored'),
    reasons: Type.Array(Type.String(), { description: 'Why it is not held, and what else is worth knowing' }),
    mttdStage: Type.Optional(
      Type.Literal('notified', {
        description: 'What mttdMs ends at, where there is no responder that could receive anything',
      }),
    ),
    mttdMs: orNull(Ms('injected → received')),
    mttrMs: orNull(
      Ms(
        'injected → good again; 0 when the steady state was never left; null also when nothing was done to the system',
      ),
    ),
    repairedBy: orNull(Words('responder', 'restart-policy', 'fault lifted', 'drill', 'operator', 'nobody')),
    repairedByEvidence: Type.String(),
    stages: Type.Array(Stage),
    expectations: Type.Array(Expectation),
    floor: orNull(Type.Object({ seen: Span, firing: Span, received: Span }, closed)),
    load: orNull(Load),
    felt: orNull(Felt),
    blindSpotMs: orNull(Ms('How long users felt it before the monitoring saw it; below 0 when that was first')),
    budgets: Type.Array(Budget, { description: 'What the run has cost of every error budget' }),
    series: orNull(Series),
    unexpectedAlerts: Alerts('Each is a deviation, unless the machine was too busy'),
    machineAlerts: Alerts('Of the machine: too busy for the run to prove anything'),
    exceptedAlerts: Alerts('Named by the drill as what follows from its fault'),
    inhibitedAlerts: Alerts('Held back by Alertmanager'),
    carriedAlerts: Alerts('On a budget that was burnt before the run'),
    baseline: Type.Object(
      {
        clean: Type.Boolean(),
        findings: Type.Array(Type.String()),
        tolerated: Type.Array(Type.String()),
      },
      closed,
    ),
    calmFindings: Type.Array(Type.String(), { description: 'What failed under load before the first fault' }),
    machine: orNull(Machine),
    landing: orNull(Landing),
    faults: Type.Array(
      Type.Object({
        id: Type.String(),
        fault: Type.String(),
        service: Type.String(),
        replica: orNull(Type.String()),
        injectedAtMs: At('The acknowledgement of the injection'),
        landing: Landing,
        lifted: orNull(Lifted),
      }),
    ),
    steps: Type.Array(Step),
    incidents: Type.Array(Incident),
    stackId: orNull(Type.String()),
    profile: orNull(Type.String()),
    timing: orNull(strictRecord(Type.Number(), { description: 'The clocks of the profile, in milliseconds' })),
    runtime: orNull(Type.String()),
    versions: strictRecord(Type.String()),
    seed: Type.Integer(),
    parameters: strictRecord(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    events: Type.Array(Event),
    timings: Type.Array(Type.Object({ name: Type.String(), startedAtMs: At('Begin'), tookMs: Ms('Length') }, closed)),
  },
  closed,
)
