import { type Static, type TObject, type TSchema, Type } from 'typebox'
import { strictRecord } from '../base/schema/strict-record.ts'
import type { Trouble } from '../base/system/troubles.ts'
import { ONE_LINE } from '../base/text/texts.ts'
import { clientResults } from '../load/figures/client-counts.ts'
import { MaintenanceBody } from '../responder/http/maintenance.ts'
import { IncidentStory, IncidentView } from '../responder/incident/incident-view.ts'
import type { RuntimeEvent, ServiceStatus } from '../runtimes/runtime.ts'
import { LONGEST_SETTING, SETTING_NAME } from '../stack/setting-problems.ts'

/** Names of services and replicas, as they stand in routes and bodies. */
const Name = Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' })

const Address = Type.Object({ host: Type.String(), port: Type.Integer() })

const Replica = Type.Object({
  id: Type.String(),
  state: Type.String({ description: 'stopped, starting, healthy, unhealthy, paused, stopping, exited or backoff' }),
  sinceMs: Type.Number({ description: 'Epoch milliseconds of the last change of state' }),
  pid: Type.Optional(Type.Integer()),
  address: Address,
  restarts: Type.Integer({ description: 'Starts after the first one' }),
  lastExit: Type.Optional(
    Type.Object({
      code: Type.Union([Type.Integer(), Type.Null()]),
      signal: Type.Union([Type.String(), Type.Null()]),
      atMs: Type.Number(),
    }),
  ),
  detail: Type.Optional(Type.String()),
})

/** A fault that is in force. */
export const FaultView = Type.Object({
  id: Type.String(),
  fault: Type.String(),
  service: Type.String(),
  replica: Type.String(),
  params: strictRecord(Type.Unknown(), { description: 'Defaults filled in' }),
  seed: Type.Integer(),
  injectedAtMs: Type.Number(),
  undoneByMs: Type.Number({ description: 'Epoch milliseconds at which it is undone at the latest' }),
  landing: Type.Object({ landed: Type.Boolean(), atMs: Type.Number(), proof: Type.String() }),
})

const Service = Type.Object({
  name: Type.String(),
  kind: Type.String({ description: 'service, storage, network, monitoring or responder' }),
  summary: Type.String(),
  url: Type.Optional(Type.String({ description: 'The page that people open' })),
  asksPassword: Type.Optional(
    Type.Literal(true, { description: 'That page asks for a password: `firedrill open NAME` lets one in' }),
  ),
  maxReplicas: Type.Integer(),
  takesFaults: Type.Optional(
    Type.Literal(true, { description: 'Faults that run inside a service can be aimed at it' }),
  ),
  configured: Type.Optional(Type.Array(Type.String(), { description: 'Names of the settings that were changed' })),
  replicas: Type.Array(Replica),
})

const TroubleView = Type.Object({
  kind: Type.String({ description: 'disk, descriptors, files or unexpected' }),
  text: Type.String(),
  sinceMs: Type.Number({ description: 'Epoch milliseconds at which it began' }),
})

/** That the lever of `firedrill halt` is pulled. */
export const HaltView = Type.Object({
  sinceMs: Type.Number({ description: 'Epoch milliseconds' }),
  why: Type.String({ description: 'Empty when nobody said' }),
  durable: Type.Boolean({ description: 'Whether it is on disk, and so outlives this control process' }),
})

/** GET /v1/stack */
export const StackView = Type.Object({
  id: Type.String({ description: 'Lasting id of the state folder' }),
  run: Type.String({ description: 'Names this life of the stack, from up to down' }),
  state: Type.Union([Type.Literal('starting'), Type.Literal('up'), Type.Literal('stopping')]),
  profile: Type.String(),
  runtime: Type.String(),
  version: Type.String({ description: 'Of Firedrill' }),
  pid: Type.Integer({ description: 'Of the control process' }),
  startedAtMs: Type.Number(),
  url: Type.String({ description: 'Of the control API and the console' }),
  folder: Type.String(),
  components: strictRecord(Type.Object({ version: Type.String(), source: Type.String() })),
  notices: Type.Array(Type.String(), { description: 'What a person should know: replaced ports, moved data' }),
  troubles: Type.Array(Type.Unsafe<Trouble>(TroubleView), {
    description: 'What is wrong with control and its disks at the moment, besides the parts: the first one first',
  }),
  halted: Type.Union([Type.Null(), HaltView], { description: 'While it is, no run, load or fault begins' }),
  lastSequence: Type.Integer({ description: 'Of the last event' }),
  faults: Type.Array(FaultView, { description: 'In force, the first one first' }),
  services: Type.Array(Type.Unsafe<ServiceStatus>(Service)),
})

const Event = Type.Object({
  sequence: Type.Integer(),
  atMs: Type.Number(),
  service: Type.String(),
  replica: Type.String(),
  kind: Type.String(),
  actor: Type.String({ description: 'operator, responder, restart-policy, fault or itself' }),
  pid: Type.Optional(Type.Integer()),
  detail: Type.Optional(Type.String()),
})

/** GET /v1/events */
export const EventsView = Type.Object({ events: Type.Array(Type.Unsafe<RuntimeEvent>(Event)) })
export const EventsQuery = Type.Object(
  { after: Type.Integer({ minimum: 0, default: 0, description: 'Only events with a higher sequence number' }) },
  { additionalProperties: false },
)

export const ServiceParams = Type.Object({ service: Name })
export const ReplicaBody = Type.Object({ replica: Type.Optional(Name) }, { additionalProperties: false })
export const ScaleBody = Type.Object(
  { replicas: Type.Integer({ minimum: 0, maximum: 100 }) },
  { additionalProperties: false },
)
export const ConfigureBody = Type.Object(
  {
    settings: strictRecord(Type.Union([Type.String({ pattern: ONE_LINE, maxLength: LONGEST_SETTING }), Type.Null()]), {
      keys: SETTING_NAME,
    }),
  },
  { additionalProperties: false },
)
export const LeaseBody = Type.Object(
  {
    service: Name,
    leaseMs: Type.Integer({
      minimum: 1_000,
      maximum: 60_000,
      description: 'The change is taken back after it unless the lease is renewed. Milliseconds',
    }),
    takeBack: Type.Union([ConfigureBody, ScaleBody]),
  },
  { additionalProperties: false },
)
export const LeaseParams = Type.Object({ id: Type.String({ pattern: '^[0-9a-z-]{1,64}$' }) })
export const SettledView = Type.Object({ settled: Type.Boolean() })
export const LogsQuery = Type.Object(
  { replica: Type.Optional(Name), lines: Type.Integer({ minimum: 1, maximum: 10_000, default: 100 }) },
  { additionalProperties: false },
)
export const LogsView = Type.Object({ lines: Type.Array(Type.String()) })

/** One price, as the quotes service tells it. */
export const Quote = Type.Object({
  symbol: Type.String({ minLength: 1, maxLength: 32 }),
  name: Type.String(),
  price: Type.Number(),
  previous: Type.Number({ description: 'Close of the day before' }),
  change: Type.Number({ description: 'price - previous' }),
  changePercent: Type.Number({ description: '1.5 means 1.5 %' }),
  currency: Type.String(),
  asOf: Type.String({ description: 'ISO 8601, when the price was made' }),
  stale: Type.Boolean({ description: 'Older than it should be: the source does not deliver' }),
  ageMs: Type.Number({ description: 'Since asOf, when it was answered' }),
})

/** GET /v1/quotes */
export const QuotesView = Type.Object({
  source: Type.Optional(Type.String({ description: 'simulated, replay or yahoo: where the prices come from' })),
  quotes: Type.Array(Quote),
})

/** GET /v1/quotes/stream: server-sent events of this name, each with an id and a JSON array of the quotes that changed. */
export const QUOTES_EVENT = 'quotes'
export const QuotesEvent = Type.Array(Quote)

/** GET /v1/quotes/history: every symbol at once, thinned to `points` each. */
export const QuotesHistoryQuery = Type.Object(
  { points: Type.Integer({ minimum: 2, maximum: 500, default: 60 }) },
  { additionalProperties: false },
)
export const QuoteHistory = Type.Object({
  symbol: Type.String(),
  points: Type.Array(Type.Object({ at: Type.String({ description: 'ISO 8601' }), price: Type.Number() })),
})
export const QuotesHistoryView = Type.Object({ histories: Type.Array(QuoteHistory) })

/** GET /v1/incidents: all that are not over, and the latest of those that are, oldest first. */
export const IncidentsView = Type.Object({ incidents: Type.Array(IncidentView) })
/** GET /v1/incidents/stream: server-sent events of this name, each with an id and a JSON array of the incidents that changed. */
export { INCIDENTS_EVENT } from '../responder/http/incident-stream.ts'
/** GET /v1/incidents/:id, by number or id; PUT /v1/maintenance */
export { IncidentStory, MaintenanceBody }

/** GET and PUT /v1/maintenance: what the responder keeps its hands off. */
export const MaintenanceView = Type.Object({
  maintenance: Type.Array(
    Type.Object({
      service: Type.String({ description: 'A service, or * for everything' }),
      untilMs: Type.Number({ description: 'Epoch milliseconds' }),
      why: Type.String(),
    }),
  ),
})

/** Null where it could not be asked: that is not the same as none. */
function orUnknown<T extends TSchema>(schema: T, description: string) {
  return Type.Union([Type.Null(), schema], { description })
}

const AlertNow = Type.Object({
  name: Type.String(),
  labels: strictRecord(Type.String(), { description: 'Without alertname' }),
  state: Type.Union([Type.Literal('firing'), Type.Literal('pending'), Type.Literal('suppressed')], {
    description: 'suppressed: it fires, and Alertmanager holds it back',
  }),
  activeAtMs: Type.Number({ description: 'Epoch milliseconds at which its expression first held' }),
})
export type AlertNow = Static<typeof AlertNow>

/** GET /v1/situation: what goes on besides the parts. At most a second old. */
export const SituationView = Type.Object({
  alerts: orUnknown(Type.Array(AlertNow), 'Without the Watchdog and others that page nobody; those that fire first'),
  incidents: orUnknown(
    Type.Array(
      Type.Object({
        number: Type.Integer(),
        alertname: Type.String(),
        target: Type.String({ description: 'Empty when it names none' }),
        status: Type.String(),
      }),
    ),
    'That are not over',
  ),
  maintenance: orUnknown(MaintenanceView.properties.maintenance, 'In force'),
  runs: Type.Array(
    Type.Object({
      kind: Type.Union([Type.Literal('run'), Type.Literal('load')]),
      name: Type.String({ description: 'The drills, or the journey' }),
      pid: Type.Integer(),
    }),
    { description: 'Under way now, in processes that control can see' },
  ),
  policy: Type.Union([Type.Null(), Type.String()], {
    description: "File of the responder's policy; null: the one that ships",
  }),
  objectives: Type.Array(
    Type.Object({ service: Type.String(), name: Type.String(), targetPercent: Type.Number({ description: '99.9' }) }),
  ),
  problems: Type.Array(Type.String(), { description: 'What could not be asked, and why' }),
})
export type SituationView = Static<typeof SituationView>

/** POST /v1/faults */
export const InjectBody = Type.Object(
  {
    fault: Type.String({ maxLength: 64 }),
    service: Name,
    replica: Type.Optional(Name),
    params: strictRecord(Type.Unknown(), { default: {} }),
    forMs: Type.Number({
      minimum: 1,
      maximum: 86_400_000,
      default: 60_000,
      description: 'Dead-man time: the fault is undone after it, whatever happened to who injected it. Milliseconds',
    }),
    seed: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'Of all that is random in it. Default: drawn' }),
    ),
  },
  { additionalProperties: false },
)
export const FaultsView = Type.Object({ faults: Type.Array(FaultView) })
export const FaultParams = Type.Object({ id: Type.String({ pattern: '^[0-9a-f-]{1,64}$' }) })

/** DELETE /v1/faults/:id */
export const LiftView = Type.Object({
  id: Type.String(),
  fault: Type.String(),
  service: Type.String(),
  replica: Type.String(),
  liftedAtMs: Type.Number(),
  changed: Type.Boolean({ description: 'False when there was nothing left to undo' }),
  detail: Type.String(),
})
/** DELETE /v1/faults: the last one first. */
export const LiftsView = Type.Object({ lifted: Type.Array(LiftView) })

/** GET /v1/faults/catalog: every fault there is, with a JSON Schema of its parameters. */
export const FaultCatalogView = Type.Object({
  faults: Type.Array(
    Type.Object({
      name: Type.String(),
      summary: Type.String(),
      needs: Type.Array(
        Type.String({ description: 'canKill, canPause, canScale: of the runtime; inside, link, rules: of the target' }),
      ),
      params: Type.Unsafe<TObject>(Type.Object({}, { additionalProperties: true })),
    }),
  ),
})

/** PUT /v1/halt: pulls the lever and answers when every fault is lifted. */
export const HaltBody = Type.Object(
  { why: Type.String({ maxLength: 500, default: '' }) },
  { additionalProperties: false },
)
export const HaltAnswer = Type.Object({ halted: HaltView, lifted: Type.Array(LiftView) })
/** DELETE /v1/halt: releases it. `was`: null when it was not pulled. */
export const ReleaseAnswer = Type.Object({ was: Type.Union([Type.Null(), HaltView]) })

const LoadCounts = Type.Object({
  requests: Type.Integer({ minimum: 0 }),
  failures: Type.Integer({ minimum: 0 }),
  latencyMs: Type.Union([
    Type.Null(),
    Type.Object({ p50: Type.Number(), p95: Type.Number(), p99: Type.Number(), max: Type.Number() }),
  ]),
})

/** How the load stands that was last told of: POST and GET /v1/load. Counts are since its start. */
export const LoadView = Type.Object(
  {
    startedAtMs: Type.Number(),
    ended: Type.Boolean(),
    journey: Type.String({ maxLength: 1_024 }),
    target: Type.String({ maxLength: 1_024 }),
    elapsedMs: Type.Number(),
    durationMs: Type.Number(),
    users: Type.Integer({ minimum: 0 }),
    saturated: Type.Boolean({ description: 'The generator did not keep up: its figures prove nothing' }),
    latenessP99Ms: Type.Number(),
    total: LoadCounts,
    lastSecond: Type.Union([Type.Null(), LoadCounts]),
    endpoints: Type.Array(
      Type.Intersect([
        Type.Object({
          name: Type.String({ maxLength: 1_024 }),
          causes: strictRecord(Type.Integer({ minimum: 0 }), { description: 'Failures by cause' }),
          lastSecond: Type.Union([Type.Null(), LoadCounts]),
        }),
        LoadCounts,
      ]),
      { maxItems: 1_000 },
    ),
  },
  { additionalProperties: false },
)
/** GET /v1/load: null when no load has been told of. */
export const LoadAnswer = Type.Object({ load: Type.Union([Type.Null(), LoadView]) })
/** GET /v1/load/stream: server-sent events of this name, each a LoadView as JSON; the first one at once, if there is any. */
export const LOAD_EVENT = 'load'

/** POST /v1/client-requests: what became of requests to a service since the last time, as those saw it who sent them. */
export const ClientRequests = Type.Object(
  {
    service: Type.String({ maxLength: 64 }),
    requests: Type.Array(
      Type.Object(
        {
          endpoint: Type.String({ maxLength: 1_024 }),
          result: Type.Enum([...clientResults]),
          count: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
        },
        { additionalProperties: false },
      ),
      { maxItems: 10_000 },
    ),
  },
  { additionalProperties: false },
)
export const ClientRequestsTaken = Type.Object({ taken: Type.Integer({ minimum: 0 }) })

export type ClientRequests = Static<typeof ClientRequests>
export type LoadView = Static<typeof LoadView>
export type { IncidentStory as IncidentStoryView, IncidentView } from '../responder/incident/incident-view.ts'
export type MaintenanceView = Static<typeof MaintenanceView>
export type StackView = Static<typeof StackView>
export type Quote = Static<typeof Quote>
export type QuotesView = Static<typeof QuotesView>
export type QuoteHistory = Static<typeof QuoteHistory>
export type QuotesHistoryView = Static<typeof QuotesHistoryView>
export type FaultView = Static<typeof FaultView>
export type HaltView = Static<typeof HaltView>
export type HaltAnswer = Static<typeof HaltAnswer>
export type ReleaseAnswer = Static<typeof ReleaseAnswer>
export type InjectBody = Static<typeof InjectBody>
export type LeaseBody = Static<typeof LeaseBody>
export type FaultsView = Static<typeof FaultsView>
export type LiftView = Static<typeof LiftView>
export type LiftsView = Static<typeof LiftsView>
export type FaultCatalogView = Static<typeof FaultCatalogView>
