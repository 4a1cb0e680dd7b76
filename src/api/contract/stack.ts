import { type Static, Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import type { Trouble } from '../../base/system/troubles.ts'
import type { ServiceStatus } from '../../runtimes/runtime.ts'
import { RuntimeEvent } from '../../runtimes/runtime-event.ts'
import { FaultView } from './faults.ts'
import { HaltView } from './halt.ts'

/** Schemas of the stack as a whole. */

const Replica = Type.Object({
  id: Type.String(),
  state: Type.String({ description: 'stopped, starting, healthy, unhealthy, paused, stopping, exited or backoff' }),
  sinceMs: Type.Number({ description: 'Epoch milliseconds of the last change of state' }),
  pid: Type.Optional(Type.Integer()),
  address: Type.Object({ host: Type.String(), port: Type.Integer() }),
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

const Service = Type.Object({
  name: Type.String(),
  kind: Type.String({ description: 'service, storage, network, monitoring or responder' }),
  summary: Type.String(),
  url: Type.Optional(Type.String({ description: 'The page that people open' })),
  asksPassword: Type.Optional(
    Type.Literal(true, {
      description: 'That page asks for a password: `firedrill open NAME` opens it without typing it',
    }),
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

/** The stack and all of its parts. */
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
    description: 'What is wrong with control and its disks at the moment, besides the parts; oldest first',
  }),
  halted: Type.Union([Type.Null(), HaltView], { description: 'While it is, no run, load or fault begins' }),
  lastSequence: Type.Integer({ description: 'Of the last event' }),
  faults: Type.Array(FaultView, { description: 'Active faults, oldest first' }),
  services: Type.Array(Type.Unsafe<ServiceStatus>(Service)),
})
export type StackView = Static<typeof StackView>

export const EventsView = Type.Object({ events: Type.Array(RuntimeEvent) })
export const EventsQuery = Type.Object(
  { after: Type.Integer({ minimum: 0, default: 0, description: 'Only events with a higher sequence number' }) },
  { additionalProperties: false },
)

export const HealthView = Type.Object({ status: Type.Literal('ok') })
export const DownView = Type.Object({ state: Type.Literal('stopping') })
