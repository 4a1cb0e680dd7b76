import { type Static, Type } from '#typebox'
import { strictRecord } from '../../../base/schema/strict-record.ts'
import { At, Count, Ms, orNull } from '../../../base/schema/terms.ts'

/** Schemas of coverage: which alert fired for which fault. */

const RunIndex = Type.Integer({ minimum: 0, description: 'Place in the list of runs' })

const Cell = Type.Object({
  count: Type.Integer({ minimum: 1, description: 'Runs in which the alert fired for it' }),
  medianMs: Ms('From the injection to the firing'),
  notified: Type.Boolean({ description: 'False when Alertmanager held it back each time' }),
  proofs: Type.Array(
    Type.Object({ run: RunIndex, afterMs: Ms('From the injection to the firing'), notified: Type.Boolean() }),
    { description: 'Latest first' },
  ),
})
export type CoverageCell = Static<typeof Cell>

const Row = Type.Object({
  kind: Type.Enum(['fault', 'action', 'none'], { description: 'none: the system was only watched' }),
  fault: Type.String({ description: 'Its name; of an action what it did' }),
  service: Type.String({ description: 'Empty for an action' }),
  silent: Type.Boolean({ description: 'Whether no drill that does it expects an alert' }),
  runs: Type.Array(RunIndex, { description: 'In which it was done, latest first' }),
  cells: strictRecord(Cell, { description: 'By name of the alert; only those that fired' }),
})
export type CoverageRow = Static<typeof Row>

/** The matrix fault × alert over the latest runs, with the gaps on its margins. */
export const CoverageView = Type.Object({
  profile: Type.String({ description: 'Only runs of this profile count' }),
  runs: Type.Array(
    Type.Object({
      journal: Type.String({ description: 'Id of its journal' }),
      drill: Type.String({ description: 'Name of its file without .yaml' }),
      title: Type.String(),
      startedAtMs: At('Begin'),
      verdict: Type.String({ description: 'held or deviated' }),
    }),
    { description: 'Those that count, latest first' },
  ),
  leftOut: Type.Array(Type.Object({ verdict: Type.String(), count: Count }), {
    description: 'Runs that prove nothing, by why',
  }),
  alerts: Type.Array(Type.Object({ name: Type.String(), severity: Type.String(), fired: Type.Boolean() }), {
    description: 'Every alert that there is a rule for, besides those that always fire and those that notify nobody',
  }),
  rows: Type.Array(Row),
  unseenFaults: Type.Array(Type.Object({ fault: Type.String(), service: Type.String(), runs: Count }), {
    description: 'For which no person was notified although a drill expects it',
  }),
  unaskedAlerts: Type.Array(Type.Object({ alert: Type.String(), count: Count, drills: Type.Array(Type.String()) }), {
    description: 'That fired and that no drill expects',
  }),
  goneAlerts: Type.Array(Type.String(), { description: 'That fired, and have no rule any more' }),
  alwaysFiring: Type.Array(Type.String()),
  pagingNobody: Type.Array(Type.String()),
  alertRatio: orNull(Type.Number({ description: 'Share of the alerts that fired (0–1)' })),
  faultRatio: orNull(Type.Number({ description: 'Share of the faults that were seen (0–1)' })),
  unread: Count,
})
export type CoverageView = Static<typeof CoverageView>
