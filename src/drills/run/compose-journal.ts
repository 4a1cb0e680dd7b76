import { formatDuration } from '../../base/units/duration.ts'
import type { Saturation } from '../../load/figures/load-summary.ts'
import type { RuntimeEvent } from '../../runtimes/runtime.ts'
import type { Profile } from '../../stack/profile.ts'
import type { Drill } from '../file/drill.ts'
import { servicesOf } from '../file/method-step.ts'
import type { GateOutcome } from '../gate/gate.ts'
import type { Journal } from '../journal/journal.ts'
import type { BudgetBurnt } from '../journal/schema/budget.ts'
import type { ExpectationResult } from '../journal/schema/expectation-result.ts'
import type { LiftedFault } from '../journal/schema/fault.ts'
import type { Floor } from '../journal/schema/floor.ts'
import type { MachineReport } from '../journal/schema/machine.ts'
import type { Phase } from '../journal/schema/phase.ts'
import type { JournalSeries } from '../journal/schema/series.ts'
import type { StageName } from '../journal/schema/stage.ts'
import { type Attribution, attribute } from '../judge/attribution.ts'
import { goodAgain } from '../judge/evidence.ts'
import { missedOf, notReached, readExpectations, unjudgedOf } from '../judge/expectation-results.ts'
import type { Facts } from '../judge/facts.ts'
import { formatAlert, noAlerts, type OtherAlerts, otherAlerts } from '../judge/other-alerts.ts'
import { detectedStage, firstSightMs, readStages } from '../judge/stages.ts'
import { judge } from '../judge/verdict.ts'
import { firedByMachine, missedByMachine, notBegunByMachine, widenedBounds } from '../machine/by-machine.ts'
import type { DrillLoad } from '../method/drill-load.ts'
import type { MethodRunner } from '../method/method-runner.ts'
import type { SystemDescription } from '../system.ts'
import type { SourceHealth } from '../watch/source-health.ts'

/** What a run leaves behind, however far it came. */
export interface RunRemains {
  drill: Drill
  startedAtMs: number
  seed: number
  description: SystemDescription | undefined
  profile: Profile | undefined
  floor: Floor | undefined
  gate: GateOutcome
  /** What failed under load before the first fault. */
  calmFindings: readonly string[]
  machine: MachineReport | null
  aborted: string | undefined
  errors: readonly string[]
  /** Missing when the run ended before anything was to be observed. */
  facts: Facts | undefined
  method: Pick<MethodRunner, 'steps' | 'lifted' | 'notBegun' | 'begunAtMs'>
  budgets: readonly BudgetBurnt[]
  series: JournalSeries | null
  load: DrillLoad | undefined
  /** Why the load is not what the drill says, where it is itself what is done to the system. */
  brokenLoad: readonly string[]
  saturation: Saturation | undefined
  loadEndedAtMs: number
  health: SourceHealth
  events: readonly RuntimeEvent[]
  phases: readonly Phase[]
}

export function composeJournal(run: RunRemains): Journal {
  const { drill, facts, description, load, saturation } = run
  const thrown = load?.thrown() ?? {}
  const stages = facts === undefined ? [] : readStages(facts)
  const timeOf = (name: StageName) => stages.find((stage) => stage.name === name)?.atMs ?? null
  const expectations = facts === undefined ? drill.expectations.map(notReached) : readExpectations(facts)
  const others = facts === undefined ? noAlerts() : otherAlerts(facts)
  const again = facts === undefined ? undefined : goodAgain(facts)
  const zeroMs = facts?.zeroMs ?? null
  const { verdict, reasons } = decide(run, expectations, others)
  const [first] = facts?.injected ?? []
  const felt =
    facts === undefined || load === undefined
      ? null
      : load.recorder.felt(first?.askedAtMs ?? facts.zeroMs, run.loadEndedAtMs, facts.zeroMs)
  const { repairedBy, evidence } = attributeRun(run, timeOf('good again'))
  // What did not land has done nothing.
  const disturbed = run.method.begunAtMs !== undefined && (first === undefined || first.fault.landing.landed)
  return {
    schemaVersion: 1,
    drill: { title: drill.title, why: drill.why, file: drill.file, sha256: drill.sha256 },
    startedAt: new Date(run.startedAtMs).toISOString(),
    verdict,
    reasons: [
      ...reasons,
      ...(again?.kind === 'never left' && disturbed ? [NEVER_LEFT] : []),
      ...(run.machine?.widened ? busyNotes(run.machine, expectations, others) : []),
    ],
    mttdMs: minus(timeOf(facts === undefined ? 'received' : detectedStage(facts)), zeroMs),
    ...(facts?.withoutResponder ? { mttdStage: 'notified' as const } : {}),
    mttrMs: !disturbed ? null : again?.kind === 'never left' ? 0 : minus(timeOf('good again'), zeroMs),
    repairedBy,
    repairedByEvidence: evidence,
    stages,
    expectations,
    floor: run.floor ?? null,
    load:
      load === undefined || saturation === undefined
        ? null
        : { ...load.recorder.summary(), ...planOf(drill), saturation, ...(isEmpty(thrown) ? {} : { thrown }) },
    felt,
    blindSpotMs: minus(firstSightMs(stages), felt?.firstFailureMs ?? null),
    budgets: [...run.budgets],
    series: run.series,
    unexpectedAlerts: others.unexpected,
    machineAlerts: others.machine,
    exceptedAlerts: others.excepted,
    inhibitedAlerts: others.inhibited,
    carriedAlerts: others.carried,
    gate: run.gate,
    calmFindings: [...run.calmFindings],
    machine: run.machine,
    landing: first?.fault.landing ?? null,
    faults: (facts?.injected ?? []).map(({ step, fault }) => ({
      ...fault,
      fault: step.fault,
      service: step.target.service,
      replica: step.target.replica ?? null,
      lifted: run.method.lifted.get(fault.id) ?? null,
    })),
    steps: [...run.method.steps],
    incidents: (facts?.observations.incidents ?? []).filter((one) => one.receivedAtMs >= run.startedAtMs),
    stackId: description?.stackId ?? null,
    profile: description?.profile ?? null,
    timing: run.profile?.timing ?? null,
    runtime: description?.runtime ?? null,
    versions: description?.versions ?? {},
    seed: run.seed,
    parameters: { ...drill.parameters },
    events: [...run.events],
    timings: [...run.phases],
  }
}

function planOf({ load }: Drill) {
  const closed = load?.model === 'closed'
  return {
    journey: load?.journey ?? '',
    users: closed ? load.users : null,
    ratePerSecondPlanned: load?.model === 'open' ? load.ratePerSecond : null,
  }
}

function attributeRun(run: RunRemains, goodAgainAtMs: number | null): Attribution | NothingToRepair {
  const { facts, method, drill } = run
  const nothing = { repairedBy: null, evidence: 'there was nothing to repair' }
  if (facts === undefined || goodAgain(facts).kind === 'never left') return nothing
  const actions = method.steps.flatMap(({ index, kind, text, startedAtMs, endedAtMs, ok }) => {
    const step = drill.method.find((one) => one.index === index)
    if (kind !== 'action' || startedAtMs === null || !ok || step === undefined) return []
    return [{ text, services: servicesOf(step), startedAtMs, endedAtMs }]
  })
  const faults = facts.injected.map(({ step, askedAtMs }) => ({ ...step.target, injectedAtMs: askedAtMs }))
  if (faults.length === 0 && actions.length === 0) return nothing
  return attribute({
    faults,
    actions,
    brokenAtMs: facts.observations.steady.firstBad?.knownAtMs ?? 0,
    injectedAtMs: facts.zeroMs,
    events: run.events,
    incidents: facts.observations.incidents,
    lifted: [...method.lifted.values(), ...takenBack(method, goodAgainAtMs)],
    goodAgainAtMs,
  })
}

/** Actions that were put back before the steady state returned: what they had done was lifted, as a fault is. */
function takenBack({ steps }: RunRemains['method'], goodAgainAtMs: number | null): LiftedFault[] {
  return steps.flatMap(({ kind, putBack }) =>
    kind === 'action' && putBack?.ok === true && goodAgainAtMs !== null && putBack.atMs <= goodAgainAtMs
      ? [{ liftedAtMs: putBack.atMs, changed: true, detail: putBack.detail }]
      : [],
  )
}

interface NothingToRepair {
  repairedBy: null
  evidence: string
}

const NEVER_LEFT = 'the steady state was never left: nothing was to be repaired, and the time to repair is 0'

function decide(run: RunRemains, expectations: readonly ExpectationResult[], others: OtherAlerts) {
  const injected = run.facts?.injected ?? []
  const notLanded = injected.filter(({ fault }) => !fault.landing.landed)
  const { saturation, facts } = run
  const judged = missedOf(run.drill, expectations)
  const failedSteps = run.method.notBegun.filter(({ afterFault }) => afterFault)
  const ofSystem = <T>(list: readonly T[], byMachine: (one: T, facts: Facts) => string | undefined) =>
    list.filter((one) => facts === undefined || byMachine(one, facts) === undefined)
  const ofMachine = <T>(list: readonly T[], byMachine: (one: T, facts: Facts) => string | undefined) =>
    list.flatMap((one) => (facts === undefined ? [] : (byMachine(one, facts) ?? [])))
  const stepByMachine = ({ text }: { text: string }, at: Facts) => notBegunByMachine(text, at)
  return judge({
    aborted: run.aborted,
    errors: run.errors,
    gateFindings: run.gate.clean || run.errors.length > 0 ? [] : run.gate.findings,
    calmFindings: run.errors.length > 0 ? [] : run.calmFindings,
    notLanded: notLanded.map(({ fault }) => fault.landing.proof),
    notBegun: run.method.notBegun.filter(({ afterFault }) => !afterFault).map(({ text }) => text),
    notJudged: unjudgedOf(facts, expectations).map(({ text, observed }) => `${text} (${observed})`),
    brokenLoad: run.brokenLoad,
    busyMachine: run.machine?.widened ? [] : others.machine.map(formatAlert),
    machineLate: [
      ...ofMachine(judged, missedByMachine),
      ...ofMachine(failedSteps, stepByMachine),
      ...ofMachine(others.unexpected, firedByMachine),
    ],
    saturated: saturation?.saturated === true ? saturation.reason : undefined,
    // Monitoring that the drill itself breaks is the system under drill.
    pipelineDown: run.health.down(run.drill.method.flatMap(servicesOf)),
    missed: [
      ...ofSystem(judged, missedByMachine).map(({ text, observed }) => `${text} (${observed})`),
      ...ofSystem(failedSteps, stepByMachine).map(({ text }) => text),
    ],
    unexpectedAlerts: ofSystem(others.unexpected, firedByMachine).map(formatAlert),
  })
}

/** What `--busy` has made of a run: it is never silent about it. */
function busyNotes(
  { lateMs }: MachineReport,
  expectations: readonly ExpectationResult[],
  others: OtherAlerts,
): string[] {
  const widened = widenedBounds(expectations)
  return [
    `run on a busy machine (--busy), which was late by ${formatDuration(lateMs)} in all: ${widened.length === 0 ? 'no bound needed to widen' : 'bounds widened by that'}`,
    ...widened.map((bound) => `a bound was widened: ${bound}`),
    ...others.machine.map((alert) => `accepted by --busy: ${formatAlert(alert)}`),
  ]
}

function isEmpty(counts: Readonly<Record<string, number>>): boolean {
  return Object.keys(counts).length === 0
}

function minus(laterMs: number | null, earlierMs: number | null): number | null {
  return laterMs === null || earlierMs === null ? null : Math.round(laterMs - earlierMs)
}
