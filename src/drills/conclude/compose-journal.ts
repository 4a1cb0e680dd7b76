import { formatDuration } from '../../base/units/duration.ts'
import type { Saturation } from '../../load/figures/load-summary.ts'
import { formatAlert, noAlerts, type OtherAlerts, otherAlerts } from '../evidence/other-alerts.ts'
import type { Drill } from '../file/drill.ts'
import type { Journal } from '../journal/journal.ts'
import type { ExpectationResult } from '../journal/schema/expectation-result.ts'
import type { MachineReport } from '../journal/schema/machine.ts'
import type { Stage, StageName } from '../journal/schema/stage.ts'
import { widenedBounds } from '../judge/by-machine.ts'
import { monitoringChanges } from '../judge/by-monitoring.ts'
import { notReached, readExpectations } from '../judge/expectation-results.ts'
import type { Facts } from '../judge/facts.ts'
import { detectedStage, firstSeenMs, readStages } from '../judge/stages.ts'
import type { DrillLoad } from '../method/drill-load.ts'
import { abortText, startText } from '../safety/safety.ts'

import { attributeRun, awayText } from './attribute-run.ts'
import { decideVerdict } from './decide-verdict.ts'
import { findRepair, type Repair } from './find-repair.ts'
import type { RunRemains } from './run-remains.ts'

/** Everything a run has seen and concluded, as a journal. */
export function composeJournal(run: RunRemains): Journal {
  const { drill, facts, description, load } = run
  const expectations = facts === undefined ? drill.expectations.map(notReached) : readExpectations(facts)
  const others = facts === undefined ? noAlerts() : otherAlerts(facts)
  const { verdict, reasons } = decideVerdict(run, expectations, others)
  const { notes, ...story } = storyOf(run)
  return {
    schemaVersion: 1,
    drill: { title: drill.title, why: drill.why, file: drill.file, sha256: drill.sha256 },
    startedAt: new Date(run.startedAtMs).toISOString(),
    verdict,
    reasons: [
      ...new Set([...reasons, ...notes]),
      ...(run.machine?.widened ? busyNotes(run.machine, expectations, others) : []),
    ],
    ...story,
    expectations,
    floor: run.floor ?? null,
    load: load === undefined || run.saturation === undefined ? null : loadOf(drill, load, run.saturation),
    budgets: [...run.budgets],
    series: run.series,
    unexpectedAlerts: others.unexpected,
    machineAlerts: others.machine,
    exceptedAlerts: others.excepted,
    inhibitedAlerts: others.inhibited,
    carriedAlerts: others.carried,
    ignoredAlerts: others.ignored,
    unjudgedAlerts: others.unjudged,
    gate: run.gate,
    safety: safetyOf(run),
    calmFindings: [...run.calmFindings],
    machine: run.machine,
    ...faultsOf(run),
    steps: [...run.method.steps],
    incidents: (facts?.observations.incidents ?? []).filter(({ receivedAtMs }) => receivedAtMs >= run.startedAtMs),
    ...receivedOf(run),
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

/** The alerts of which copies of notifications arrived; a storm of them is cut. */
function receivedOf({ facts }: RunRemains): Pick<Journal, 'received'> {
  return facts?.receivesCopies ? { received: facts.observations.received.slice(0, MOST_RECEIVED) } : {}
}

const MOST_RECEIVED = 200

/** What the system demanded of the run; null where it demands nothing. */
function safetyOf({ description, safetyAbort, refused }: RunRemains): Journal['safety'] {
  const safety = description?.safety
  if (safety === undefined) return null
  const { environment, confirmed, abortWhen, onlyIf, maxDurationMs, maxReplicas } = safety
  return {
    environment,
    confirmed: confirmed ?? null,
    abortWhen: abortWhen.map(abortText),
    onlyIf: onlyIf.map(startText),
    maxDurationMs: maxDurationMs ?? null,
    maxReplicas: maxReplicas ?? null,
    aborted: safetyAbort ?? null,
    refused: [...refused],
  }
}

/** From the fault to the repair: the stages, the times between them, who repaired, and what users felt. */
function storyOf(run: RunRemains) {
  const { facts, load, method, loadEndedAtMs } = run
  const stages = facts === undefined ? [] : readStages(facts)
  const timeOf = (name: StageName) => stages.find((stage) => stage.name === name)?.atMs ?? null
  const zeroMs = facts?.zeroMs ?? null
  const [first] = facts?.injected ?? []
  const felt =
    facts === undefined || load === undefined
      ? null
      : load.recorder.felt(first?.askedAtMs ?? facts.zeroMs, loadEndedAtMs, facts.zeroMs)
  const repair = findRepair(run, timeOf('good again'))
  const { repairedBy, evidence } = attributeRun(run, repair)
  // A fault that did not land has done nothing.
  const disturbed = method.begunAtMs !== undefined && (first === undefined || first.fault.landing.landed)
  return {
    notes: [...(disturbed ? repairNotes(repair) : []), ...monitoringNotes(run), ...unresolvedNotes(facts, stages)],
    mttdMs: minus(timeOf(facts === undefined ? 'received' : detectedStage(facts)), zeroMs),
    ...(facts !== undefined && detectedStage(facts) === 'notified' ? { mttdStage: 'notified' as const } : {}),
    mttrMs: disturbed ? minus(repair.atMs, zeroMs) : null,
    repairedBy,
    repairedByEvidence: evidence,
    ...(repair.hit.length === 0 ? {} : { hitReplicas: [...repair.hit] }),
    stages,
    felt,
    blindSpotMs: minus(firstSeenMs(stages), felt?.firstFailureMs ?? null),
  }
}

/** Where samples are from, what the monitoring does not show, and what changed about it where that decides nothing: a reader must know of both. */
function monitoringNotes({ facts, description, samplesFrom }: RunRemains): string[] {
  const unknown = facts === undefined ? [] : (description?.unknown ?? [])
  const from = facts === undefined || samplesFrom === undefined ? [] : [samplesFrom]
  return [
    ...from,
    ...unknown,
    ...monitoringChanges(facts).map((change) => `the monitoring changed during the run: ${change}`),
  ]
}

/** An alert that still fires when the run is over keeps the gate of the next one shut. */
function unresolvedNotes(facts: Facts | undefined, stages: readonly Stage[]): string[] {
  const at = (name: StageName) => stages.find((stage) => stage.name === name)
  const firing = at('firing')
  if (facts?.withoutResponder !== true || facts.cutOffAtMs !== undefined || !firing || firing.atMs === null) return []
  return at('resolved')?.atMs === null ? [`${firing.detail} did not resolve before the run ended`] : []
}

/** What of the repair the stages do not say. */
function repairNotes({ neverLeft, hit, away }: Repair): string[] {
  const names = hit.map(({ replica }) => replica).join(' and ')
  const stayed =
    hit.length === 0
      ? NEVER_LEFT
      : `the steady state was never left while ${names} ${hit.length === 1 ? 'was' : 'were'} away`
  return [...(neverLeft ? [stayed] : []), ...(away.length === 0 ? [] : [awayText(away)])]
}

const NEVER_LEFT = 'the steady state was never left: nothing was to be repaired, and the time to repair is 0'

function loadOf(drill: Drill, load: DrillLoad, saturation: Saturation): Journal['load'] {
  const thrown = load.thrown()
  const isEmpty = Object.keys(thrown).length === 0
  return { ...load.recorder.summary(), ...planOf(drill), saturation, ...(isEmpty ? {} : { thrown }) }
}

function planOf({ load }: Drill) {
  const closed = load?.model === 'closed'
  return {
    journey: load?.journey ?? '',
    users: closed ? load.users : null,
    ratePerSecondPlanned: load?.model === 'open' ? load.ratePerSecond : null,
  }
}

/** The faults that a run has injected. */
export function faultsOf({
  facts,
  method,
}: Pick<RunRemains, 'facts'> & { method: Pick<RunRemains['method'], 'lifted'> }): Pick<Journal, 'landing' | 'faults'> {
  const injected = facts?.injected ?? []
  return {
    landing: injected[0]?.fault.landing ?? null,
    faults: injected.map(({ step, fault }) => ({
      ...fault,
      fault: step.fault,
      service: step.target.service,
      replica: step.target.replica ?? null,
      lifted: method.lifted.get(fault.id) ?? null,
    })),
  }
}

/** What `--busy` has changed in a run: the journal always says so. */
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

function minus(laterMs: number | null, earlierMs: number | null): number | null {
  return laterMs === null || earlierMs === null ? null : Math.round(laterMs - earlierMs)
}
