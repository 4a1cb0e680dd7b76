import { type Static, type TSchema, Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { MaintenanceView } from './incidents.ts'

/** Schemas of the situation: what goes on in the stack besides its parts. */

/** null where the source did not answer, which is not the same as an empty list. */
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

/** What goes on in the stack besides its parts. At most a second old. */
export const SituationView = Type.Object({
  alerts: orUnknown(
    Type.Array(AlertNow),
    'Without the Watchdog and others of which no person is notified; firing ones first',
  ),
  incidents: orUnknown(
    Type.Array(
      Type.Object({
        number: Type.Integer(),
        alertname: Type.String(),
        target: Type.String({ description: 'Empty when it names none' }),
        status: Type.String(),
      }),
    ),
    'Open ones',
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
  problems: Type.Array(Type.String(), { description: 'Which sources did not answer, and why' }),
})
export type SituationView = Static<typeof SituationView>
