import type { IncidentView } from '../../probes/incident-view.ts'
import type { Timing } from '../../stack/profile.ts'
import { evaluationMsOf } from '../clocks/rule-clocks.ts'
import { suppressionText } from '../evidence/alerts/suppression.ts'
import { type AlertTrace, earliestMs, firedAt, goodAgain, traceAlert } from '../evidence/evidence.ts'
import { alertText, metricText, type WantedAlert } from '../evidence/expected.ts'
import { heldBack } from '../evidence/held-back.ts'
import type { RuleAlert } from '../evidence/observations.ts'
import { sameLabels } from '../evidence/same-alert.ts'
import type { Drill } from '../file/drill.ts'
import type { Stage, StageName } from '../journal/schema/stage.ts'
import { POLL_MS, STEADY_POLL_MS } from '../watch/poll-intervals.ts'
import type { Facts } from './facts.ts'

/** Every stage of a drill, in order, with where its time is taken from and how fine that clock is, in milliseconds. */
export const STAGES = [
  { name: 'injected', source: "the injector's acknowledgement", resolutionMs: () => 1 },
  { name: 'seen', source: 'timestamp of the first bad sample', resolutionMs: (timing: Timing) => timing.scrapeMs },
  {
    name: 'pending',
    source: "the alert's activeAt in Prometheus",
    resolutionMs: (timing: Timing) => timing.livenessEvaluationMs,
  },
  {
    name: 'firing',
    source: "the alert's startsAt in Alertmanager",
    resolutionMs: (timing: Timing) => timing.livenessEvaluationMs,
  },
  {
    name: 'notified',
    source: "the alert's updatedAt at the first look that finds it in Alertmanager",
    resolutionMs: () => POLL_MS,
  },
  { name: 'received', source: 'arrival of the webhook at the responder', resolutionMs: () => 1 },
  { name: 'acting', source: "start of the responder's action", resolutionMs: () => 1 },
  { name: 'acted', source: "end of the responder's action", resolutionMs: () => 1 },
  {
    name: 'good again',
    source: 'first moment from which every steady-state probe stayed good',
    // A metric shows it only at the next scrape.
    resolutionMs: ({ scrapeMs }: Timing, { steadyState }: Drill) =>
      steadyState.some(({ kind }) => kind !== 'http') ? scrapeMs : STEADY_POLL_MS,
  },
  {
    name: 'resolved',
    source: "the alert's endsAt, as the webhook had it",
    resolutionMs: (timing: Timing) => timing.livenessEvaluationMs,
  },
] as const satisfies readonly { name: string; source: string; resolutionMs: (timing: Timing, drill: Drill) => number }[]

interface Found {
  atMs: number | null
  detail: string
  /** Where the time was read, where that is not the usual place. */
  source?: string
}

function missing(detail: string): Found {
  return { atMs: null, detail }
}

/** All stages, in order, as far as they are known. */
export function readStages(facts: Facts): Stage[] {
  const found = findAll(facts)
  const timing = { ...facts.timing, livenessEvaluationMs: evaluationMsOf(firstAlert(facts), facts) }
  return STAGES.map(({ name, source: usual, resolutionMs }) => {
    const { atMs, detail, source = usual } = notBefore(facts, found[name])
    const sinceInjectedMs = atMs === null ? null : atMs - facts.zeroMs
    return { name, atMs, sinceInjectedMs, source, resolutionMs: resolutionMs(timing, facts.drill), detail }
  })
}

function findAll(facts: Facts): Record<StageName, Found> {
  const alert = findAlert(facts)
  return { injected: findInjected(facts), seen: findSeen(facts), 'good again': findGoodAgain(facts), ...alert }
}

/** Nothing that the fault caused was before it: such a time is the start of a scrape or an evaluation that was under way. */
function notBefore({ zeroMs }: Facts, found: Found): Found {
  if (found.atMs === null || found.atMs >= zeroMs) return found
  return {
    ...found,
    atMs: zeroMs,
    detail: `${found.detail} (stamped ${zeroMs - found.atMs} ms earlier, under way at the injection)`,
  }
}

function findInjected({ drill, injected, steps, zeroMs }: Facts): Found {
  if (drill.method[0]?.start.kind === 'when')
    return missing('nothing is done at first but the load; counted from its start')
  const [first] = injected
  const [step] = steps
    .filter(({ startedAtMs }) => startedAtMs !== null)
    .sort((a, b) => (a.startedAtMs ?? 0) - (b.startedAtMs ?? 0))
  if (step?.kind === 'action') return { atMs: zeroMs, detail: `${step.text}: ${step.detail}` }
  if (first === undefined) return missing('no fault was injected; counted from the moment all users ran')
  const { fault, target } = first.step
  return { atMs: zeroMs, detail: `${fault} ${target.replica ?? target.service}: ${first.fault.landing.proof}` }
}

function findSeen(facts: Facts): Found {
  const { metrics } = facts.observations
  const fromMs = earliestMs(facts)
  const hits = metrics.flatMap(({ text, hit }) => (hit !== undefined && hit.atMs >= fromMs ? [{ text, ...hit }] : []))
  const [first] = hits.sort((a, b) => a.atMs - b.atMs)
  if (first !== undefined) {
    const { instance } = first.labels
    return { atMs: first.atMs, detail: `${first.text}${instance === undefined ? '' : `, ${instance}`}` }
  }
  if (metrics.length === 0) return missing('no metric is watched: none is expected, and none is in the steady state')
  return missing(
    metrics.map(({ text, last }) => `no sample with ${text}; the last was ${last?.value ?? 'none'}`).join('; '),
  )
}

/** The stages that show that the monitoring knows of a failure. */
const OF_MONITORING: readonly StageName[] = ['seen', 'pending', 'firing', 'notified', 'received']

/** When the monitoring first knew, by a sample, an alert or a webhook. Null when it never did. */
export function firstSeenMs(stages: readonly Pick<Stage, 'name' | 'atMs'>[]): number | null {
  const times = stages.flatMap(({ name, atMs }) => (atMs !== null && OF_MONITORING.includes(name) ? [atMs] : []))
  return times.length === 0 ? null : Math.min(...times)
}

/** The stages that only a responder can reach. */
const OF_ACTION: readonly StageName[] = ['acting', 'acted']
const OF_RESPONDER: readonly StageName[] = ['received', ...OF_ACTION]

/**
 * Whether a run has seen all the stages that it can come to see. An action is waited for where one is expected; one that nobody
 * expects may never come, but is waited for once it has begun.
 */
export function allSeen(stages: readonly Stage[], { drill, withoutResponder, receivesCopies }: Facts): boolean {
  const at = (wanted: StageName) => stages.find(({ name }) => name === wanted)?.atMs ?? null
  const unseen = withoutResponder ? (receivesCopies ? OF_ACTION : OF_RESPONDER) : []
  const isActing = at('acting') !== null || drill.expectations.some(({ actsOn }) => actsOn !== undefined)
  const awaited = STAGES.map(({ name }): StageName => name)
    .filter((name) => name !== 'injected' && !unseen.includes(name))
    .filter((name) => isActing || !OF_ACTION.includes(name))
  return awaited.every((name) => at(name) !== null)
}

/** The stage with which a failure counts as detected: a notification arrived, or, where none is received, Alertmanager had the alert. */
export function detectedStage(facts: Pick<Facts, 'withoutResponder' | 'receivesCopies'>): 'received' | 'notified' {
  return facts.withoutResponder && !facts.receivesCopies ? 'notified' : 'received'
}

/** The first alert that the drill expects. */
function firstAlert({ drill }: Facts): WantedAlert | undefined {
  return drill.expectations.find(({ alert }) => alert !== undefined)?.alert
}

type AlertStage = 'pending' | 'firing' | 'notified' | 'received' | 'acting' | 'acted' | 'resolved'

/** The stages of the first alert that the drill expects. */
function findAlert(facts: Facts): Record<AlertStage, Found> {
  const wanted = firstAlert(facts)
  if (wanted === undefined) {
    const none = missing('the drill expects no alert')
    return { pending: none, firing: none, notified: none, received: none, acting: none, acted: none, resolved: none }
  }
  const trace = traceAlert(wanted, facts)
  const name = alertText(wanted)
  const fired = firedAt(wanted, facts)
  return {
    pending: trace.rule ? { atMs: trace.rule.activeAtMs, detail: name } : missing(`${name} was never active`),
    firing: fired
      ? { atMs: fired.atMs, detail: fired.byAlertmanager ? name : `${name}, as Prometheus says` }
      : missing(`${name} never fired`),
    notified: findNotified(name, trace, facts),
    ...(facts.withoutResponder
      ? { ...findCopied(trace, facts), acting: NO_RESPONDER, acted: NO_RESPONDER }
      : { ...findActed(trace), resolved: findResolved(trace, facts) }),
  }
}

const NO_RESPONDER = missing('the system has no responder whose log could be read')

/** Where no responder of ours receives the alert's webhook: the copy of it, if copies are received, and how the alert has ended. */
function findCopied(trace: AlertTrace, facts: Facts): Record<'received' | 'resolved', Found> {
  const inactive = findInactive(trace, facts)
  if (!facts.receivesCopies) return { received: NO_RESPONDER, resolved: inactive }
  const source = 'arrival of a copy of the notification'
  const [first] = trace.received
  if (first === undefined)
    return { received: { ...missing('no copy of a notification of it arrived'), source }, resolved: inactive }
  const of = first.receiver === undefined ? first.form : `${first.receiver}, ${first.form}`
  const received = {
    atMs: first.receivedAtMs,
    detail: `of ${of}${first.labels === undefined ? ', by its text' : ''}`,
    source,
  }
  const { resolvedAtMs, endsAtMs } = first
  // A receiver may be set to be notified of no end.
  if (resolvedAtMs === undefined) return { received, resolved: inactive }
  const arrived = `its notification arrived after ${((resolvedAtMs - facts.zeroMs) / 1_000).toFixed(2)} s`
  return { received, resolved: { atMs: endsAtMs ?? resolvedAtMs, detail: arrived, source } }
}

function findNotified(
  name: string,
  { heldBack: by, letThroughMs, incidents }: AlertTrace,
  { observations }: Facts,
): Found {
  if (letThroughMs !== undefined) return { atMs: letThroughMs, detail: `${name} is in Alertmanager` }
  if (by !== undefined) {
    const why = suppressionText(by, observations.silences)
    return missing(`${name} is in Alertmanager, ${why}: nobody is notified`)
  }
  if (incidents.length === 0) return missing(`${name} was never seen in Alertmanager`)
  return missing(`${name} was in Alertmanager between two looks only`)
}

/** What the responder did about the first incident that it acted on. */
function findActed({ incidents }: AlertTrace): Record<'received' | 'acting' | 'acted', Found> {
  const [first] = incidents
  const acting = incidents.find(({ actingAtMs }) => actingAtMs !== undefined)
  const failed = acting?.actionOk === false ? ', which failed' : ''
  return {
    received: first
      ? { atMs: first.receivedAtMs, detail: `incident ${first.id}` }
      : missing('no webhook of it arrived'),
    acting: acting?.actingAtMs
      ? { atMs: acting.actingAtMs, detail: actionOf(acting) }
      : missing(first?.decision?.suppressed ? heldBack(first.decision) : 'the responder did not act'),
    acted: acting?.actedAtMs
      ? { atMs: acting.actedAtMs, detail: `${actionOf(acting)}${failed}` }
      : missing(acting ? 'the action did not end' : 'the responder did not act'),
  }
}

function findResolved({ incidents: [incident] }: AlertTrace, { zeroMs }: Facts): Found {
  if (incident === undefined) return missing('no webhook of it arrived')
  const { resolvedAtMs, endsAtMs } = incident
  if (resolvedAtMs === undefined) return missing('no webhook has said that the alert ended')
  const arrived = `its webhook arrived after ${((resolvedAtMs - zeroMs) / 1_000).toFixed(2)} s`
  return endsAtMs !== undefined && endsAtMs >= zeroMs
    ? { atMs: endsAtMs, detail: arrived }
    : { atMs: resolvedAtMs, detail: `${arrived}, without a time of its own` }
}

/** Without a responder no webhook says it: an alert has ended when the rules did not hold it active any more. */
function findInactive({ rule }: AlertTrace, { observations }: Facts): Found {
  if (rule === undefined) return missing('it was never active')
  if (isActiveNow(rule, observations)) return missing('it was still active at the last look')
  // An alert that fires again before Alertmanager has notified of its end is one story.
  const again = observations.ruleAlerts.filter((one) => sameLabels(one.labels, rule.labels))
  const atMs = Math.max(...again.map(({ lastSeenAtMs }) => lastSeenAtMs))
  const times = again.filter(({ firedAtMs }) => firedAtMs !== undefined).length
  const often = times > 1 ? `; it fired ${times} times` : ''
  return { atMs, detail: `the last look at which Prometheus held it active${often}` }
}

/** Whether an alert with these labels is active at the last look, from then or again. */
function isActiveNow({ labels }: Pick<RuleAlert, 'labels'>, { activeNow }: Facts['observations']): boolean {
  return activeNow.some((one) => sameLabels(one.labels, labels))
}

function findGoodAgain(facts: Facts): Found {
  const again = goodAgain(facts)
  if (again.kind === 'not yet') return missing(again.why)
  if (again.kind === 'never left') return missing('the steady state was never left')
  return { atMs: again.atMs, detail: facts.drill.steadyState.map(probeName).join(', ') }
}

/** A steady-state probe in a few words. */
export function probeName(probe: Facts['drill']['steadyState'][number]): string {
  if (probe.kind === 'objective') return `objective ${probe.objective}`
  if (probe.kind === 'metric') return metricText(probe)
  const status = probe.status.map(({ from, to }) => (from === to ? from : `${from}..${to}`)).join(' or ')
  return `${probe.service} ${probe.path} ${status}`
}

function actionOf({ decision }: IncidentView): string {
  return decision === undefined ? 'an action' : `${decision.action} ${decision.target}`
}
