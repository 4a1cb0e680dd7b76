import type { Verdict } from '../journal/schema/outcome.ts'
/** Everything a verdict is made of. Lists hold sentences; an empty list means that all was well. */
export interface VerdictInput {
  /** Why the run was stopped from outside, for example Ctrl-C. */
  aborted: string | undefined
  /** What the tool itself failed at. */
  errors: readonly string[]
  /** What was not as it must be before the first fault. */
  gateFindings: readonly string[]
  /** What failed under load, before the first fault. */
  calmFindings: readonly string[]
  /** Steps that the system did not allow. */
  refused: readonly string[]
  /** What the run needed of the monitoring, and did not get. */
  unmonitored: readonly string[]
  /** Faults that did not take effect. */
  notLanded: readonly string[]
  /** Steps before any fault whose condition did not come true: the drill did not take place. */
  notBegun: readonly string[]
  /** Expectations that could not be judged, although the run came to its end. */
  notJudged: readonly string[]
  /** Why the users did not do what the drill says: their own code failed. */
  brokenLoad: readonly string[]
  /** Alerts of the machine that it all runs on. */
  busyMachine: readonly string[]
  /** What was missed by less than what the machine was late, or while it was late for much of the time. */
  machineLate: readonly string[]
  /** What helps where one of these two decides. */
  machineNext: string
  /** What nothing can be said of, since the monitoring itself changed in the middle of the run. */
  monitoringChanged: readonly string[]
  /** What somebody else has deployed or scaled in the middle of the run. */
  changedByOthers: readonly string[]
  /** Why the load generator's figures cannot be trusted. */
  saturated: string | undefined
  /** Parts of the monitoring that were blind for too long. */
  pipelineDown: readonly string[]
  missed: readonly string[]
  unexpectedAlerts: readonly string[]
}

const REASONS: readonly [Exclude<Verdict, 'held'>, (input: VerdictInput) => readonly string[]][] = [
  [
    'aborted',
    ({ aborted }) => (aborted === undefined ? [] : [aborted.startsWith('stopped') ? aborted : `stopped: ${aborted}`]),
  ],
  ['errored', ({ errors }) => errors],
  [
    'inconclusive',
    (input) => [
      ...input.unmonitored.map((problem) => `nothing could be judged: ${problem}`),
      ...input.gateFindings.map((finding) => `the gate did not pass: ${finding}`),
      ...input.calmFindings.map((finding) => `not well under load, before any fault: ${finding}`),
      ...input.refused.map((step) => `refused: ${step}`),
      ...input.notLanded.map((proof) => `the fault did not land: ${proof}`),
      ...input.notBegun.map((step) => `a step did not begin: ${step}`),
      ...input.notJudged.map((expectation) => `could not be judged: ${expectation}`),
      ...input.brokenLoad.map((error) => `the load is broken: ${error}`),
      ...machineReasons(input),
      ...input.monitoringChanged.map((what) => `the monitoring changed during the run: ${what}`),
      ...input.changedByOthers.map((what) => `somebody else changed the system during the run: ${what}`),
      ...(input.saturated === undefined ? [] : [input.saturated]),
      ...input.pipelineDown.map((finding) => `the monitoring was down: ${finding}`),
    ],
  ],
  [
    'deviated',
    (input) => [
      ...input.missed.map((expectation) => `missed: ${expectation}`),
      ...input.unexpectedAlerts.map((alert) => `unexpected alert: ${alert}`),
    ],
  ],
]

/** The first of them says what helps. */
function machineReasons({ busyMachine, machineLate, machineNext }: VerdictInput): string[] {
  const [first, ...more] = [
    ...busyMachine.map((alert) => `the machine was too busy: ${alert}`),
    ...machineLate.map((what) => `the machine was too busy to judge: ${what}`),
  ]
  return first === undefined ? [] : [`${first}; ${machineNext}`, ...more]
}

/**
 * The first entry of the table that has reasons decides: a run that was stopped or that proves nothing is never called held, and
 * the system is not blamed for it either. Reasons of later entries are kept: they help to understand.
 */
export function judge(input: VerdictInput): { verdict: Verdict; reasons: string[] } {
  const verdicts = REASONS.map(([verdict, reasonsOf]) => ({ verdict, reasons: reasonsOf(input) }))
  const first = verdicts.find(({ reasons }) => reasons.length > 0)
  if (first === undefined) return { verdict: 'held', reasons: [] }
  return { verdict: first.verdict, reasons: verdicts.flatMap(({ reasons }) => reasons) }
}
