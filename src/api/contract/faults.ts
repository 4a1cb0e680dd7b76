import { type Static, type TObject, Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { Name } from './names.ts'

/** An active fault. */
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
export type FaultView = Static<typeof FaultView>

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
      description: 'Dead-man time: the fault is undone after it, even if its injector is gone. Milliseconds',
    }),
    seed: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'Of all that is random in it. Default: drawn' }),
    ),
  },
  { additionalProperties: false },
)
export type InjectBody = Static<typeof InjectBody>

export const FaultParams = Type.Object({ id: Type.String({ pattern: '^[0-9a-f-]{1,64}$' }) })

/** How a fault ended. */
export const LiftView = Type.Object({
  id: Type.String(),
  fault: Type.String(),
  service: Type.String(),
  replica: Type.String(),
  liftedAtMs: Type.Number(),
  changed: Type.Boolean({ description: 'False when there was nothing left to undo' }),
  failed: Type.Optional(Type.Boolean({ description: 'True when what it has changed is still so; left out otherwise' })),
  detail: Type.String(),
})
export type LiftView = Static<typeof LiftView>

export const FaultsView = Type.Object({
  faults: Type.Array(FaultView, { description: 'Active ones, oldest first' }),
  ended: Type.Array(LiftView, { description: 'The last that ended, latest first' }),
})
export type FaultsView = Static<typeof FaultsView>

export const LiftsView = Type.Object({ lifted: Type.Array(LiftView, { description: 'Latest first' }) })
export type LiftsView = Static<typeof LiftsView>

/** Every fault that can be injected, with a JSON Schema of its parameters. */
export const FaultCatalogView = Type.Object({
  faults: Type.Array(
    Type.Object({
      name: Type.String(),
      summary: Type.String(),
      needs: Type.Array(
        Type.String({
          description: 'canKill, canPause, canScale: of the runtime; inside, link, rules, workload: of the target',
        }),
      ),
      params: Type.Unsafe<TObject>(Type.Object({}, { additionalProperties: true })),
      machine: Type.Optional(
        Type.String({ description: "What it does to the target's machine, and so to every program there" }),
      ),
      targets: Type.Optional(Type.Array(Type.String(), { description: 'Parts of this stack that it can be aimed at' })),
    }),
  ),
})
export type FaultCatalogView = Static<typeof FaultCatalogView>
