import type { Suppression } from '../../probes/alertmanager.ts'
import type { IncidentView } from '../../probes/incident-view.ts'
import { hasLabels, type Labels } from '../../probes/prometheus.ts'
import type { ReceivedAlert } from '../../probes/received-alert.ts'
import type { Target } from '../../runtimes/runtime.ts'
import type { RunClocks } from '../clocks/floor.ts'
import type { BudgetBurnt } from '../journal/schema/budget.ts'
import type { InjectedFault } from '../journal/schema/fault.ts'
import type { MachineSample } from '../journal/schema/machine.ts'
import type { JournalStep } from '../journal/schema/step.ts'
import { type AlertScope, everyAlert, whyNotCounted } from './alerts/alert-scope.ts'
import type { AlertsBefore } from './alerts/alerts-before.ts'
import { passageOf } from './alerts/sending.ts'
import { suppressionText } from './alerts/suppression.ts'
import type { BurntBefore } from './burnt-before.ts'
import type { Expected, WantedAlert } from './expected.ts'
import { mentions } from './mentions.ts'
import type { Observations, RuleAlert, SeenHeldAlert } from './observations.ts'
import { sameAs } from './same-alert.ts'

/** What was seen and measured, at one moment of a run or after it: expectations and conditions are judged by it. */
export interface Evidence extends RunClocks {
  /** What the drill expects, to distinguish expected alerts from others. */
  drill: { readonly expectations: readonly Expected[] }
  /** How long the steady state must last to be counted as back. */
  stableMs: number
  /**
   * Zero of every figure: the effect of the first step, if that is a timed one; in a drill without steps the moment all users
   * ran; and where the first step waits for a condition, the start of the load. Epoch milliseconds.
   */
  zeroMs: number
  injected: readonly DoneStep[]
  /** Every step of the method, and its state so far. */
  steps: readonly JournalStep[]
  observations: Observations
  /** Counted at the end; undefined before. */
  budgets?: readonly BudgetBurnt[] | undefined
  /** The system has no responder: what becomes of the alerts' webhooks cannot be seen. */
  withoutResponder?: true | undefined
  /** Copies of notifications are received, though the system has no responder of ours. */
  receivesCopies?: true | undefined
  /** How busy this machine was so far, and whether bounds widen by that delay. Default: the machine was quiet. */
  machine?: { samples: readonly MachineSample[]; widens: boolean } | undefined
  /** When the run was stopped before its watch was over; undefined while it goes on, and when it came to its end. */
  cutOffAtMs?: number | undefined
  /** What was burnt before the run. */
  burntBefore: BurntBefore
  /** Which alerts are of the system. Default: all. */
  alertScope?: AlertScope | undefined
  /** What was known of alerts before the run. Default: nothing. */
  alertsBefore?: AlertsBefore | undefined
  nowMs: number
}

/** A fault of this run. */
export interface DoneStep {
  step: { fault: string; target: Target }
  /** When the injection was asked for, in epoch milliseconds: its effect may show before it is acknowledged. */
  askedAtMs: number
  fault: InjectedFault
}

/** When the first fault was asked for: on a slow injector its effect shows before the acknowledgement. Epoch milliseconds. */
export function askedMs({ zeroMs, injected }: Pick<Evidence, 'zeroMs' | 'injected'>): number {
  return Math.min(zeroMs, ...injected.map(({ askedAtMs }) => askedAtMs))
}

/**
 * Earliest time that an effect of the faults can carry: a scrape that was under way at zero has the timestamp of its start, and
 * so have the alerts that were judged by it.
 */
export function earliestMs(evidence: Pick<Evidence, 'zeroMs' | 'injected' | 'timing'>): number {
  return askedMs(evidence) - evidence.timing.scrapeMs
}

export type GoodAgain = { kind: 'again'; atMs: number } | { kind: 'never left' } | { kind: 'not yet'; why: string }

/** Whether and when the steady state came back. It cannot come back before it has been seen to be left. */
export function goodAgain({ observations: { steady }, nowMs, stableMs }: Evidence): GoodAgain {
  const sinceMs = steady.steadySince(nowMs, stableMs)
  if (sinceMs !== undefined)
    return steady.firstBad === undefined ? { kind: 'never left' } : { kind: 'again', atMs: sinceMs }
  const notGood = steady.notGood()
  return { kind: 'not yet', why: notGood.length === 0 ? 'all is good, but not for long enough' : notGood.join('; ') }
}

/** The alert as Prometheus, Alertmanager and the responder saw it: of each the first that matches. */
export interface AlertTrace {
  rule: RuleAlert | undefined
  held: SeenHeldAlert | undefined
  /** By what Alertmanager holds it back at each moment at which a notification of it is due. */
  heldBack: Suppression | undefined
  /** Since when Alertmanager lets it, or a later one, through, in epoch milliseconds; undefined when it holds back all of them. */
  letThroughMs: number | undefined
  incidents: IncidentView[]
  /** Copies of its notifications, in the order of their arrival. */
  received: ReceivedAlert[]
}

export function traceAlert(wanted: WantedAlert, evidence: Evidence): AlertTrace {
  const { ruleAlerts, heldAlerts, incidents, received } = evidence.observations
  const fromMs = earliestMs(evidence)
  const { alertScope = everyAlert } = evidence
  const matches = (labels: Labels, alertname = labels.alertname) =>
    alertname === wanted.alert &&
    hasLabels(labels, wanted.labels) &&
    whyNotCounted({ alertname, ...labels }, alertScope, { isNamed: true }) === undefined
  const held = heldAlerts
    .filter(({ startsAtMs, labels }) => startsAtMs >= fromMs && matches(labels))
    .sort((a, b) => a.startsAtMs - b.startsAtMs)
  const passages = held.map((one) => passageOf(one, evidence))
  return {
    // One that fired shows more than one that was only pending.
    rule: ruleAlerts
      .filter((one) => one.activeAtMs >= fromMs && (matches(one.labels) || isHeldAs(one, held)))
      .sort(
        (a, b) => Number(a.firedAtMs === undefined) - Number(b.firedAtMs === undefined) || a.activeAtMs - b.activeAtMs,
      )[0],
    held: held[0],
    heldBack: passages[0]?.heldBack,
    letThroughMs: passages.find(({ atMs }) => atMs !== undefined)?.atMs,
    incidents: incidents
      .filter(({ startsAtMs, labels, alertname }) => startsAtMs >= fromMs && matches(labels, alertname))
      .sort((a, b) => a.receivedAtMs - b.receivedAtMs),
    received: received
      .filter((one) => (one.startsAtMs ?? one.receivedAtMs) >= fromMs && mentions(one, wanted))
      .filter(({ labels, alertname }) => labels === undefined || matches(labels, alertname))
      .sort((a, b) => a.receivedAtMs - b.receivedAtMs),
  }
}

/** Whether Alertmanager has it, maybe with labels that nobody can compute. */
function isHeldAs({ labels, activeAtMs }: RuleAlert, held: readonly SeenHeldAlert[]): boolean {
  return sameAs(labels, held).some(({ startsAtMs }) => startsAtMs >= activeAtMs)
}

/** By what a person or a calendar keeps Alertmanager from notifying of an alert that fired, in words; undefined when nothing does. */
export function silencedBy(wanted: WantedAlert, evidence: Evidence): string | undefined {
  const { heldBack, letThroughMs, incidents, received } = traceAlert(wanted, evidence)
  if (heldBack === undefined || letThroughMs !== undefined || incidents.length + received.length > 0) return undefined
  if (heldBack.silencedBy.length + heldBack.mutedBy.length === 0) return undefined
  return suppressionText(heldBack, evidence.observations.silences)
}

export interface Firing {
  atMs: number
  /** Where the time was read, for people. */
  source: string
  byAlertmanager: boolean
}

/** When the wanted alert fired, by the best source there is, in epoch milliseconds. */
export function firedAt(wanted: WantedAlert, evidence: Evidence): Firing | undefined {
  const { rule, held, incidents } = traceAlert(wanted, evidence)
  const startsMs = [held?.startsAtMs, incidents[0]?.startsAtMs].filter((ms) => ms !== undefined)
  if (startsMs.length > 0)
    return { atMs: Math.min(...startsMs), source: 'startsAt in Alertmanager', byAlertmanager: true }
  if (rule?.firedAtMs !== undefined)
    return { atMs: rule.firedAtMs, source: 'Prometheus; Alertmanager has not shown it', byAlertmanager: false }
  return undefined
}
