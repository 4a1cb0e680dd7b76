import { type Static, Type } from '#typebox'
import { strictRecord } from '../../../base/schema/strict-record.ts'
import { At, Count, Ms, orNull } from '../../../base/schema/terms.ts'
import type { Journal } from '../../../drills/journal/journal.ts'
import { Floor, Span } from '../../../drills/journal/schema/floor.ts'
import { RepairedBy, Verdict } from '../../../drills/journal/schema/outcome.ts'
import { DrillName, JournalId, ParameterValue } from './drill-names.ts'

/** Schemas of drills, what each would do, and the journals of their runs. */

/** A journal in a few fields. */
export const JournalEntry = Type.Object({
  id: JournalId,
  drill: Type.Object({
    name: Type.String({ description: 'The name of its file without .yaml' }),
    title: Type.String(),
    sha256: Type.String({ description: 'Of the file: another drill of that name has another one' }),
  }),
  startedAtMs: At('Begin'),
  verdict: Verdict,
  reasons: Type.Array(Type.String(), { description: 'The first five' }),
  mttdMs: orNull(Ms('injected → received')),
  mttrMs: orNull(Ms('injected → repaired')),
  repairedBy: orNull(RepairedBy),
  expectations: Type.Object({ met: Count, count: Count }),
  stages: strictRecord(orNull(Ms('Since the injection')), { description: 'By name of the stage' }),
  seed: Type.Integer(),
  parameters: strictRecord(ParameterValue),
  profile: orNull(Type.String()),
  runtime: orNull(Type.String()),
  timing: orNull(strictRecord(Type.Number(), { description: 'The clocks of the run, in milliseconds' })),
})
export type JournalEntry = Static<typeof JournalEntry>

export const JournalsQuery = Type.Object(
  {
    drill: Type.Optional(DrillName),
    verdict: Type.Optional(Type.Enum(['held', 'deviated', 'inconclusive', 'aborted', 'errored'])),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
    before: Type.Optional(JournalId),
  },
  { additionalProperties: false },
)
export const JournalsView = Type.Object({
  journals: Type.Array(JournalEntry, { description: 'Latest first' }),
  total: Type.Integer({ minimum: 0, description: 'Of all pages' }),
  next: orNull(JournalId),
  unreadable: Type.Integer({ minimum: 0, description: 'Files that are no journals' }),
})
export type JournalsView = Static<typeof JournalsView>

export const JournalParams = Type.Object({ id: JournalId })

/** The journal itself; its form is published as docs/schema/journal.schema.json. */
export const JournalView = Type.Unsafe<Journal>(Type.Object({}, { additionalProperties: true }))
export type JournalView = Journal

/** One page in one file, as a download. */
export const JournalReport = Type.String({ description: 'HTML, with content-disposition: attachment' })

const Parameter = Type.Object({
  name: Type.String(),
  type: Type.Enum(['integer', 'number', 'text', 'boolean', 'duration', 'share'], {
    description: 'duration: 500ms, 2s, 1m30s; share: 5%',
  }),
  default: ParameterValue,
  description: Type.String({ description: 'Empty when the drill has none' }),
})
export type DrillParameter = Static<typeof Parameter>

/** A drill, and how its runs went. */
export const DrillOutline = Type.Object({
  name: Type.String(),
  title: Type.String(),
  why: Type.String({ description: 'What it would mean if the drill deviated; empty when that is not known' }),
  ships: Type.Boolean({
    description: 'Whether it ships, so that it can be planned and started here; else only its journals are known',
  }),
  faults: Type.Array(Type.String(), { description: 'Names of the faults of its steps' }),
  targets: Type.Array(Type.String(), { description: 'The services that its steps touch' }),
  alerts: Type.Array(Type.String(), { description: 'Names of the alerts that it expects' }),
  parameters: Type.Array(Parameter),
  watchMs: Ms('How long a run watches at most, with the default parameters; 0 when that is not known'),
  runs: Type.Integer({ minimum: 0, description: 'Journals of it' }),
  last: orNull(JournalEntry),
  recent: Type.Array(Type.Object({ id: JournalId, verdict: Verdict, startedAtMs: At('Begin') }), {
    description: 'Of the last ten runs, latest first',
  }),
})
export type DrillOutline = Static<typeof DrillOutline>

export const DrillsView = Type.Object({ drills: Type.Array(DrillOutline, { description: 'By name' }) })
export type DrillsView = Static<typeof DrillsView>

export const DrillParams = Type.Object({ drill: DrillName })

const Spread = Type.Object({
  count: Count,
  minMs: Ms('Shortest'),
  medianMs: Ms('Median'),
  p90Ms: Ms('90th percentile'),
  maxMs: Ms('Longest'),
})

/** A drill with its file. */
export const DrillView = Type.Object({
  ...DrillOutline.properties,
  path: orNull(
    Type.String({ description: 'Of its file, below the folder of the package; null when it does not ship' }),
  ),
  text: orNull(Type.String({ description: 'Of its file' })),
  spread: Type.Object(
    {
      runs: Count,
      stages: strictRecord(Spread, { description: 'Since the injection, by name of the stage' }),
    },
    {
      description:
        'How the times of its last 20 runs that held are spread: of this form of the file and with the clocks of the latest of them',
    },
  ),
})
export type DrillView = Static<typeof DrillView>

export const PlanQuery = Type.Object(
  {
    set: Type.String({
      maxLength: 8_000,
      default: '',
      description: 'Values of parameters, as the query of an address: threads=2&ratio=5%25',
    }),
  },
  { additionalProperties: false },
)

const PlannedStep = Type.Object({
  text: Type.String({ description: 'kill store' }),
  due: Type.String({ description: 'at 2 s; when ServiceDown fires, within 5 s' }),
  kind: Type.Enum(['fault', 'action']),
  startMs: orNull(Ms('After all users run; null when it waits for a condition')),
  params: strictRecord(Type.Unknown(), { description: 'Of a fault, defaults filled in; empty for an action' }),
  forMs: orNull(Ms('How long a fault lasts at most; null for an action')),
  target: orNull(Type.String({ description: 'A service, or a replica' })),
  undo: Type.String({ description: 'How it is put back, in a sentence' }),
  impossible: Type.Optional(Type.String({ description: 'Why it cannot be done' })),
})

const PlannedExpectation = Type.Object({
  kind: Type.String(),
  text: Type.String(),
  withinMs: orNull(Ms('Its bound')),
  floor: orNull(Span),
  alert: orNull(Type.String({ description: 'The alert that it expects' })),
  impossible: Type.Optional(Type.String({ description: 'Why it cannot be met by construction' })),
  tight: Type.Optional(Type.String({ description: 'Why it can be missed although all is well' })),
})

/** What a run would do, checked against the rules of the stack that is up. */
export const PlanView = Type.Object({
  drill: Type.Object({ title: Type.String(), file: Type.String() }),
  profile: Type.String(),
  parameters: strictRecord(ParameterValue),
  steadyState: Type.Array(Type.String()),
  load: Type.String(),
  steps: Type.Array(PlannedStep),
  watchMs: Ms('How long the run watches at most, since its first step'),
  floor: Floor,
  expectations: Type.Array(PlannedExpectation),
  refusals: Type.Array(Type.String(), {
    description: 'Every reason why it cannot hold; while there is one, a run is refused',
  }),
})
export type PlanView = Static<typeof PlanView>
