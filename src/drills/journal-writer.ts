import type { RunningLoad } from '../load/start-load.ts'
import type { RuntimeEvent } from '../runtimes/runtime.ts'
import { attribute } from './attribution.ts'
import type { Baseline } from './baseline.ts'
import { type Drill, nameExpectation } from './drill.ts'
import { type ExpectationResult, readExpectations } from './expectation-results.ts'
import { type Facts, goodAgain } from './facts.ts'
import type { Floor } from './floor.ts'
import type { Journal, Phase } from './journal.ts'
import { formatAlert, noAlerts, type OtherAlerts, otherAlerts } from './other-alerts.ts'
import type { SourceHealth } from './source-health.ts'
import { readStages, type StageName } from './stages.ts'
import type { LiftedFault, SystemDescription } from './system.ts'
import { judge } from './verdict.ts'

/** What a run leaves behind, however far it came. */
export interface RunRemains {
  drill: Drill
  startedAtMs: number
  seed: number
  description: SystemDescription | undefined
  floor: Floor | undefined
  baseline: Baseline
  aborted: string | undefined
  errors: readonly string[]
  /** Missing when the run ended before anything was to be observed. */
  facts: Facts | undefined
  /** By id of the fault. */
  lifted: ReadonlyMap<string, LiftedFault>
  load: RunningLoad | undefined
  loadEndedAtMs: number
  health: SourceHealth
  events: readonly RuntimeEvent[]
  phases: readonly Phase[]
}

export function writeJournal(run: RunRemains): Journal {
  const { drill, facts, description, load } = run
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
  const attribution =
    facts === undefined || first === undefined || again?.kind === 'never left'
      ? { repairedBy: null, evidence: 'there was nothing to repair' }
      : attribute({
          target: first.step.target,
          injectedAtMs: facts.zeroMs,
          events: run.events,
          incidents: facts.observations.incidents,
          lifted: [...run.lifted.values()],
          goodAgainAtMs: timeOf('good again'),
        })
  return {
    schemaVersion: 1,
    drill: { title: drill.title, why: drill.why, file: drill.file, sha256: drill.sha256 },
    startedAt: new Date(run.startedAtMs).toISOString(),
    verdict,
    reasons: again?.kind === 'never left' && first !== undefined ? [...reasons, NEVER_LEFT] : reasons,
    mttdMs: minus(timeOf('received'), zeroMs),
    mttrMs: again?.kind === 'never left' && first !== undefined ? 0 : minus(timeOf('good again'), zeroMs),
    repairedBy: attribution.repairedBy,
    repairedByEvidence: attribution.evidence,
    stages,
    expectations,
    floor: run.floor ?? null,
    load:
      load === undefined
        ? null
        : {
            ...load.recorder.summary(),
            journey: drill.load.journey,
            users: drill.load.users,
            ratePerSecondPlanned: null,
            saturation: load.saturation(),
          },
    felt,
    blindSpotMs: minus(timeOf('seen'), felt?.firstFailureMs ?? null),
    budgets: [],
    series: null,
    unexpectedAlerts: others.unexpected,
    machineAlerts: others.machine,
    exceptedAlerts: others.excepted,
    inhibitedAlerts: others.inhibited,
    carriedAlerts: [],
    baseline: run.baseline,
    landing: first?.fault.landing ?? null,
    faults: (facts?.injected ?? []).map(({ step, fault }) => ({
      ...fault,
      fault: step.fault,
      service: step.target.service,
      replica: step.target.replica ?? null,
      lifted: run.lifted.get(fault.id) ?? null,
    })),
    steps: [],
    incidents: (facts?.observations.incidents ?? []).filter((one) => one.receivedAtMs >= run.startedAtMs),
    stackId: description?.stackId ?? null,
    profile: description?.profile ?? null,
    timing: facts?.timing ?? null,
    runtime: description?.runtime ?? null,
    versions: description?.versions ?? {},
    seed: run.seed,
    parameters: {},
    events: [...run.events],
    timings: [...run.phases],
  }
}

const NEVER_LEFT = 'the steady state was never left: nothing was to be repaired, and the time to repair is 0'

function decide(run: RunRemains, expectations: readonly ExpectationResult[], others: OtherAlerts) {
  const injected = run.facts?.injected ?? []
  const notLanded = injected.filter(({ fault }) => !fault.landing.landed)
  // Nothing can be missed of what never began.
  const began = run.facts !== undefined && notLanded.length === 0
  const saturation = run.load?.saturation()
  return judge({
    aborted: run.aborted,
    errors: run.errors,
    baselineFindings: run.baseline.clean || run.errors.length > 0 ? [] : run.baseline.findings,
    notLanded: notLanded.map(({ fault }) => fault.landing.proof),
    busyMachine: others.machine.map(formatAlert),
    saturated: saturation?.saturated === true ? saturation.reason : undefined,
    // Monitoring that the drill itself breaks is the system under drill.
    pipelineDown: run.health.down(run.drill.method.map(({ target }) => target.service)),
    missed: began ? expectations.filter(isMissed).map(({ text, observed }) => `${text} (${observed})`) : [],
    unexpectedAlerts: others.unexpected.map(formatAlert),
  })
}

/** Unexpected alerts are reasons of their own. */
function isMissed({ met, kind }: ExpectationResult): boolean {
  return !met && kind !== 'noOtherAlert'
}

function notReached(expectation: Drill['expectations'][number]): ExpectationResult {
  return {
    kind: expectation.kind,
    text: nameExpectation(expectation),
    met: false,
    atMs: null,
    sinceInjectedMs: null,
    withinMs: 'withinMs' in expectation ? expectation.withinMs : null,
    observed: 'the run did not come that far',
    floor: null,
    samples: [],
  }
}

function minus(laterMs: number | null, earlierMs: number | null): number | null {
  return laterMs === null || earlierMs === null ? null : Math.round(laterMs - earlierMs)
}
