import { type Static, Type } from '#typebox'
import { strictRecord } from '../../../base/schema/strict-record.ts'
import { At, Count, closed, Ms, orNull } from '../../../base/schema/terms.ts'
import { ExpectationResult } from '../../../drills/journal/schema/expectation-result.ts'
import { JournalFault } from '../../../drills/journal/schema/fault.ts'
import { Floor } from '../../../drills/journal/schema/floor.ts'
import { Verdict } from '../../../drills/journal/schema/outcome.ts'
import { JournalSeries } from '../../../drills/journal/schema/series.ts'
import { Stage } from '../../../drills/journal/schema/stage.ts'
import { JournalStep } from '../../../drills/journal/schema/step.ts'
import { DrillName, JournalId, ParameterValue } from './drill-names.ts'

/** Schemas of runs of drills: those that are under way, and those that have ended since control began. */

const ShortText = Type.String({ maxLength: 4_096 })
const LongText = Type.String({ maxLength: 20_000 })
const RunId = Type.String({ pattern: '^[0-9a-z][0-9a-z-]{0,63}$' })

/** One line of what happened, as `firedrill run` prints it. */
export const RunLine = Type.Object(
  {
    atMs: At('When it was reported'),
    kind: Type.String({
      maxLength: 64,
      description: 'Of the event: started, waiting, gate, load, stage, step, expectation, lifted, finished …',
    }),
    text: LongText,
  },
  closed,
)
export type RunLine = Static<typeof RunLine>

/** Most lines that are kept of a run. */
export const MOST_LINES = 400

/**
 * All of a run so far, in the forms of a journal: one page shows both. Its process reports it about once a second while something
 * changes; it is whole each time, so that no report has to arrive.
 */
export const RunReport = Type.Object(
  {
    id: RunId,
    pid: Type.Integer({ minimum: 1 }),
    position: Type.Object(
      { index: Count, count: Type.Integer({ minimum: 1 }) },
      { ...closed, description: 'Place among the runs of one command, from 0' },
    ),
    drill: Type.Object(
      {
        name: Type.String({ maxLength: 1_024, description: 'The name of its file without .yaml: store-crash' }),
        title: ShortText,
        why: ShortText,
        file: ShortText,
      },
      closed,
    ),
    startedAtMs: At('Begin'),
    atMs: At('Moment of this report'),
    endedAtMs: orNull(At('End; null while it is under way')),
    phase: Type.String({
      maxLength: 64,
      description:
        'The part of the run that is under way, or was the last: describe, gate, load up, calm, inject, watch …',
    }),
    phaseSinceMs: At('Since when'),
    zeroMs: orNull(At('Zero of all that counts from the injection; null before anything was done')),
    seed: Type.Integer(),
    busy: Type.Boolean({ description: 'Whether a busy machine is accepted: bounds widen' }),
    parameters: strictRecord(ParameterValue),
    profile: orNull(ShortText),
    runtime: orNull(ShortText),
    lines: Type.Array(RunLine, { maxItems: MOST_LINES, description: 'Oldest first; of many, the latest' }),
    load: orNull(
      Type.Object(
        { users: Count, requests: Count, failures: Count },
        { ...closed, description: 'Virtual users at the moment, and what they have sent so far; null without load' },
      ),
    ),
    gate: orNull(
      Type.Object(
        { clean: Type.Boolean(), findings: Type.Array(ShortText, { maxItems: 1_000 }) },
        { ...closed, description: 'null before the gate was passed' },
      ),
    ),
    watchMs: Ms('How long the run watches at most, since the injection'),
    floor: orNull(Floor),
    stages: Type.Array(Stage, { maxItems: 100, description: 'Those so far; a time may still change' }),
    expectations: Type.Array(ExpectationResult, {
      maxItems: 1_000,
      description: 'Of every one; not met is "not yet" until its bound has passed, or the run has ended',
    }),
    steps: Type.Array(JournalStep, { maxItems: 1_000 }),
    faults: Type.Array(JournalFault, { maxItems: 1_000 }),
    series: orNull(JournalSeries),
    verdict: orNull(Verdict),
    reasons: Type.Array(LongText, { maxItems: 1_000, description: 'Of the verdict' }),
    journal: orNull(JournalId),
  },
  closed,
)
export type RunReport = Static<typeof RunReport>

/** What control adds to what a run reports. */
const Known = {
  state: Type.Enum(['starting', 'running', 'finished', 'gone'], {
    description:
      'starting: its process has not reported yet; finished: with a verdict; gone: its process has ended, or is silent, without one',
  }),
  startedBy: Type.Enum(['console', 'terminal']),
  mayAbort: Type.Boolean({ description: 'Whether control can abort it: it has started it, and it is under way' }),
  abortedAtMs: orNull(At('When control was asked to abort it')),
  output: Type.Array(Type.String(), { description: 'Last lines that a process of control has printed' }),
}

/** A run, as control knows it. Also the data of each event of the stream. */
export const RunView = Type.Object({ ...RunReport.properties, ...Known })
export type RunView = Static<typeof RunView>

/** A run in a few fields, for lists. */
export const RunSummary = Type.Object({
  id: RunReport.properties.id,
  pid: RunReport.properties.pid,
  drill: RunReport.properties.drill,
  position: RunReport.properties.position,
  startedAtMs: RunReport.properties.startedAtMs,
  endedAtMs: RunReport.properties.endedAtMs,
  phase: RunReport.properties.phase,
  verdict: RunReport.properties.verdict,
  journal: RunReport.properties.journal,
  state: Known.state,
  startedBy: Known.startedBy,
  mayAbort: Known.mayAbort,
})
export type RunSummary = Static<typeof RunSummary>

export const RunsView = Type.Object({
  runs: Type.Array(RunSummary, { description: 'Latest first; those under way, and the last 20 that ended' }),
  whyNotStarted: orNull(
    Type.String({ description: 'Why control cannot start a run at all, in a sentence; null when it can' }),
  ),
})
export type RunsView = Static<typeof RunsView>

export const RunParams = Type.Object({ id: RunId })

/** Starts a run of a drill that ships. Answered when it is its turn, or with the reason why it is refused. */
export const RunBody = Type.Object(
  {
    drill: DrillName,
    parameters: Type.Optional(
      strictRecord(Type.String({ maxLength: 1_000 }), {
        keys: '^[A-Za-z][A-Za-z0-9_-]{0,63}$',
        maxProperties: 50,
        description: 'Values as texts, as --set takes them; those left out are the defaults of the file',
      }),
    ),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295 })),
    busy: Type.Optional(Type.Boolean({ description: 'Accepts a busy machine: bounds widen' })),
  },
  { additionalProperties: false },
)
export type RunBody = Static<typeof RunBody>

export const RunReportTaken = Type.Object({ taken: Type.Boolean() })
