import { type Static, Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { closed, Ms, orNull } from '../../base/schema/terms.ts'
import { Felt } from '../../load/figures/load-summary.ts'
import { IncidentView } from '../../probes/incident-view.ts'
import { ReceivedAlert } from '../../probes/received-alert.ts'
import { RuntimeEvent } from '../../runtimes/runtime-event.ts'
import type { Timing } from '../../stack/profile.ts'
import { OtherAlert } from './schema/alert.ts'
import { BudgetBurnt } from './schema/budget.ts'
import { ExpectationResult } from './schema/expectation-result.ts'
import { InjectedFault, JournalFault } from './schema/fault.ts'
import { Floor } from './schema/floor.ts'
import { HitReplica } from './schema/hit-replica.ts'
import { JournalLoad } from './schema/load.ts'
import { MachineReport } from './schema/machine.ts'
import { RepairedBy, Verdict } from './schema/outcome.ts'
import { Phase } from './schema/phase.ts'
import { JournalSafety } from './schema/safety.ts'
import { JournalSeries } from './schema/series.ts'
import { Stage } from './schema/stage.ts'
import { JournalStep } from './schema/step.ts'

/** The one definition of a journal, from which its type, the published JSON Schema and what may be read as a journal come. */

const ISO_8601 = '^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]{1,3})?Z$'

const alerts = (description: string) => Type.Array(OtherAlert, { description })

/** Of incidents and events, which other rooms define, the schema has what reports read. A journal keeps all of it. */
const { id, alertname, receivedAtMs, actions } = IncidentView.properties
const { sequence, atMs, service, replica, kind, actor, detail } = RuntimeEvent.properties

/**
 * Everything a run has seen and concluded. Times are epoch milliseconds, durations milliseconds; null is "not known". The tests of a
 * run validate each of its journals with it.
 */
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
    verdict: Verdict,
    reasons: Type.Array(Type.String(), { description: 'Why it is not held, and what else is worth knowing' }),
    mttdStage: Type.Optional(
      Type.Literal('notified', {
        description: 'What mttdMs ends at, where no notification is received',
      }),
    ),
    mttdMs: orNull(Ms('injected → received')),
    mttrMs: orNull(
      Ms(
        'injected → repaired; that is good again, and each replica that was hit ready again, also where others answered for it; 0 when nothing was to be repaired; null also when nothing was done to the system',
      ),
    ),
    repairedBy: orNull(RepairedBy),
    repairedByEvidence: Type.String(),
    hitReplicas: Type.Optional(
      Type.Array(HitReplica, { description: 'The replicas that faults have ended or frozen' }),
    ),
    stages: Type.Array(Stage),
    expectations: Type.Array(ExpectationResult),
    floor: orNull(Floor),
    load: orNull(JournalLoad),
    felt: orNull(Felt),
    blindSpotMs: orNull(
      Ms(
        'How long users felt it before the monitoring saw it, in a sample, an alert or a webhook; below 0 when that was first',
      ),
    ),
    budgets: Type.Array(BudgetBurnt, {
      description: 'What the run has cost of every error budget that the stack has rules for',
    }),
    series: orNull(JournalSeries),
    unexpectedAlerts: alerts(
      'Each is a deviation, unless the machine was late for much of the time that its rule looks back at',
    ),
    machineAlerts: alerts('Of the machine: too busy for the run to prove anything'),
    exceptedAlerts: alerts('Named by the drill as what follows from its fault'),
    inhibitedAlerts: alerts('Held back by Alertmanager'),
    carriedAlerts: alerts('On a budget that was burnt before the run'),
    ignoredAlerts: alerts('Not of this system, as its description says: ignored, or out of scope'),
    unjudgedAlerts: alerts(
      'Whether Alertmanager holds them back changed in the middle of the run, so that it proves nothing about them',
    ),
    gate: Type.Object(
      {
        clean: Type.Boolean(),
        findings: Type.Array(Type.String()),
        tolerated: Type.Array(Type.String(), { description: 'What was there, and does not concern this drill' }),
      },
      { ...closed, description: 'The check before the run' },
    ),
    safety: orNull(JournalSafety),
    calmFindings: Type.Array(Type.String(), {
      description: 'What failed under load before the first fault: then none was injected',
    }),
    machine: orNull(MachineReport),
    landing: orNull(InjectedFault.properties.landing),
    faults: Type.Array(JournalFault),
    steps: Type.Array(JournalStep, { description: 'In the order of the file' }),
    incidents: Type.Array(Type.Object({ id, alertname, receivedAtMs, actions })),
    received: Type.Optional(
      Type.Array(ReceivedAlert, {
        description: 'Where copies of notifications are received: the alerts that they were about',
      }),
    ),
    stackId: orNull(Type.String()),
    profile: orNull(Type.String()),
    timing: orNull(
      Type.Unsafe<Timing>(strictRecord(Type.Number(), { description: 'The clocks of the profile, in milliseconds' })),
    ),
    runtime: orNull(Type.String()),
    versions: strictRecord(Type.String()),
    seed: Type.Integer(),
    parameters: strictRecord(Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
      description: 'By name, as they were set for this run or by default',
    }),
    events: Type.Array(Type.Object({ sequence, atMs, service, replica, kind, actor, detail })),
    timings: Type.Array(Phase),
  },
  closed,
)

export type Journal = Static<typeof journalSchema>
