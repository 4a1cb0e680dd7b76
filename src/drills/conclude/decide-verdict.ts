import { formatAlert, type OtherAlerts } from '../evidence/other-alerts.ts'
import { servicesOf } from '../file/method-step.ts'
import type { ExpectationResult } from '../journal/schema/expectation-result.ts'
import { firedByMachine, machineNext, missedByMachine, notBegunByMachine } from '../judge/by-machine.ts'
import { decidingChanges } from '../judge/by-monitoring.ts'
import { missedOf, unjudgedOf } from '../judge/expectation-results.ts'
import type { Facts } from '../judge/facts.ts'
import { judge } from '../judge/verdict.ts'
import { changesOfOthers } from './changes-of-others.ts'
import type { RunRemains } from './run-remains.ts'

/** The verdict of a run, and why. */
export function decideVerdict(run: RunRemains, expectations: readonly ExpectationResult[], others: OtherAlerts) {
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
  const missed = ofSystem(judged, missedByMachine)
  const unexpected = ofSystem(others.unexpected, firedByMachine)
  const widened = run.machine?.widened === true
  return judge({
    aborted: run.aborted,
    errors: run.errors,
    gateFindings: run.gate.clean || run.errors.length > 0 ? [] : run.gate.findings,
    calmFindings: run.errors.length > 0 ? [] : run.calmFindings,
    refused: run.refused,
    unmonitored: run.unmonitored,
    notLanded: notLanded.map(({ fault }) => fault.landing.proof),
    notBegun: run.method.notBegun.filter(({ afterFault }) => !afterFault).map(({ text }) => text),
    notJudged: unjudgedOf(facts, expectations).map(({ text, observed }) => `${text} (${observed})`),
    brokenLoad: run.brokenLoad,
    busyMachine: widened ? [] : others.machine.map(formatAlert),
    machineLate: [
      ...ofMachine(judged, missedByMachine),
      ...ofMachine(failedSteps, stepByMachine),
      ...ofMachine(others.unexpected, firedByMachine),
    ],
    machineNext: machineNext({
      missed: judged.filter((one) => !missed.includes(one)),
      alerts: others.machine,
      widened,
    }),
    monitoringChanged: decidingChanges(facts, [...expectations.filter(({ met }) => met), ...missed], unexpected),
    changedByOthers: changesOfOthers({
      drill: run.drill,
      events: run.events,
      incidents: facts?.observations.incidents ?? [],
      loaded: run.load?.service,
    }),
    saturated: saturation?.saturated === true ? saturation.reason : undefined,
    // Monitoring that the drill itself breaks is the system under drill.
    pipelineDown: run.health.down(run.drill.method.flatMap(servicesOf)),
    missed: [
      ...missed.map(({ text, observed }) => `${text} (${observed})`),
      ...ofSystem(failedSteps, stepByMachine).map(({ text }) => text),
    ],
    unexpectedAlerts: unexpected.map(formatAlert),
  })
}
