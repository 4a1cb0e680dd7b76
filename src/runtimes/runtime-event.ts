import { type Static, Type } from '#typebox'
import { At } from '../base/schema/terms.ts'

/** What a runtime records of its replicas. */

const KINDS = [
  'starting',
  'healthy',
  'unhealthy',
  'exited',
  'stopping',
  'stopped',
  'paused',
  'resumed',
  'scaled',
  'configured',
  'redeployed',
  'rescaled',
] as const
const ACTORS = ['operator', 'responder', 'restart-policy', 'fault', 'itself'] as const

/** Who made an event happen: a person or a program, the responder, the runtime's restart policy, a fault, the process itself. */
export type Actor = (typeof ACTORS)[number]

/** One thing that happened to a replica, in order. */
export const RuntimeEvent = Type.Object({
  sequence: Type.Integer({ description: 'Counts from 1; gaps never occur' }),
  atMs: At('When'),
  service: Type.String(),
  replica: Type.String(),
  kind: Type.Unsafe<(typeof KINDS)[number]>(Type.String({ description: KINDS.join(', ') })),
  actor: Type.Unsafe<Actor>(Type.String({ description: ACTORS.join(', ') })),
  pid: Type.Optional(Type.Integer()),
  detail: Type.Optional(Type.String()),
})

export type RuntimeEvent = Static<typeof RuntimeEvent>
