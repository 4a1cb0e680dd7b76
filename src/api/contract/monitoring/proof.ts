import { type Static, Type } from '#typebox'
import { At, Ms } from '../../../base/schema/terms.ts'

/** A run of a drill in which an alert fired. */
export const Proof = Type.Object({
  journal: Type.String({ description: 'Id of the journal of the run' }),
  drill: Type.String({ description: 'Name of its file without .yaml' }),
  startedAtMs: At('Begin of the run'),
  cause: Type.String({ description: 'What was done to the system: kill store' }),
  afterMs: Ms('From the injection to the firing'),
  notified: Type.Boolean({ description: 'False when Alertmanager held it back' }),
})
export type Proof = Static<typeof Proof>
