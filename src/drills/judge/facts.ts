import type { HeldAlert } from '../../probes/alertmanager.ts'
import type { IncidentView } from '../../probes/incident-view.ts'
import { type AlertRule, hasLabels, type Labels } from '../../probes/prometheus.ts'
import type { Timing } from '../../stack/profile.ts'
import type { Drill } from '../file/drill.ts'
import type { FaultStep } from '../file/method-step.ts'
import type { BurntBefore } from '../gate/burn.ts'
import type { BudgetBurnt } from '../journal/schema/budget.ts'
import type { InjectedFault } from '../journal/schema/fault.ts'
import type { Floor } from '../journal/schema/floor.ts'
import type { MachineSample } from '../journal/schema/machine.ts'
import type { JournalStep } from '../journal/schema/step.ts'
import type { Observations, RuleAlert } from '../watch/observations.ts'

/** A fault of this run. */
export interface DoneStep {
  step: FaultStep
  /** When the injection was asked for, in epoch milliseconds: its effect may show before it is acknowledged. */
  askedAtMs: number
  fault: InjectedFault
}

/** What stages and expectations are read from, at one moment of a run or after it. */
export interface Facts {
  drill: Drill
  timing: Timing
  /** Of the first alert that is expected. */
  floor: Floor
  alertRules: readonly AlertRule[]
  /** How long the steady state must last to be called back. */
  stableMs: number
  /**
   * Zero of every figure: the effect of the first step, if that is a timed one; in a drill without steps the moment all users
   * ran; and where the first step waits for a condition, the start of the load. Epoch milliseconds.
   */
  zeroMs: number
  injected: readonly DoneStep[]
  /** Every step of the method, and what became of it so far. */
  steps: readonly JournalStep[]
  observations: Observations
  /** Counted at the end; undefined before. */
  budgets?: readonly BudgetBurnt[] | undefined
  /** Nobody takes the alerts' webhooks: what comes of them then is not to be seen. */
  withoutResponder?: true | undefined
  /** How busy this machine was so far, and whether bounds widen by what it was late. Default: not late. */
  machine?: { samples: readonly MachineSample[]; widens: boolean } | undefined
  /** When the run was stopped before its watch was over; undefined while it goes on, and when it came to its end. */
  cutOffAtMs?: number | undefined
  /** What was burnt before the run. */
  burntBefore: BurntBefore
  nowMs: number
}

export type GoodAgain = { kind: 'again'; atMs: number } | { kind: 'never left' } | { kind: 'not yet'; why: string }

/** Whether and when the steady state came back. It cannot come back before it has been seen to be left. */
export function goodAgain({ observations: { steady }, nowMs, stableMs }: Facts): GoodAgain {
  const sinceMs = steady.steadySince(nowMs, stableMs)
  if (sinceMs !== undefined)
    return steady.firstBad === undefined ? { kind: 'never left' } : { kind: 'again', atMs: sinceMs }
  const notGood = steady.notGood()
  return { kind: 'not yet', why: notGood.length === 0 ? 'all is good, but not for long enough' : notGood.join('; ') }
}

/** When the first fault was asked for: on a slow injector its effect shows before the acknowledgement. Epoch milliseconds. */
export function askedMs({ zeroMs, injected }: Pick<Facts, 'zeroMs' | 'injected'>): number {
  return Math.min(zeroMs, ...injected.map(({ askedAtMs }) => askedAtMs))
}

/**
 * Earliest time that a cause after zero can carry: a scrape that was under way at zero has the timestamp of its start, and
 * so have the alerts that were judged by it.
 */
export function earliestMs(facts: Facts): number {
  return askedMs(facts) - facts.timing.scrapeMs
}

export interface Wanted {
  alert: string
  labels: Labels
}

/** The alert as Prometheus, Alertmanager and the responder saw it: of each the first one that is wanted. */
export function traceAlert(
  wanted: Wanted,
  facts: Facts,
): { rule: RuleAlert | undefined; held: HeldAlert | undefined; incidents: IncidentView[] } {
  const { ruleAlerts, heldAlerts, incidents } = facts.observations
  const fromMs = earliestMs(facts)
  const is = (labels: Labels, alertname = labels.alertname) =>
    alertname === wanted.alert && hasLabels(labels, wanted.labels)
  return {
    // One that fired tells more than one that was only pending.
    rule: ruleAlerts
      .filter((one) => one.activeAtMs >= fromMs && is(one.labels))
      .sort(
        (a, b) => Number(a.firedAtMs === undefined) - Number(b.firedAtMs === undefined) || a.activeAtMs - b.activeAtMs,
      )[0],
    held: heldAlerts
      .filter((one) => one.startsAtMs >= fromMs && is(one.labels))
      .sort((a, b) => a.startsAtMs - b.startsAtMs)[0],
    incidents: incidents
      .filter((one) => one.startsAtMs >= fromMs && is(one.labels, one.alertname))
      .sort((a, b) => a.receivedAtMs - b.receivedAtMs),
  }
}

/** When the wanted alert fired, by the best source there is, in epoch milliseconds. */
export function firedAt(
  wanted: Wanted,
  facts: Facts,
): { atMs: number; source: string; byAlertmanager: boolean } | undefined {
  const { rule, held, incidents } = traceAlert(wanted, facts)
  const told = [held?.startsAtMs, incidents[0]?.startsAtMs].filter((ms) => ms !== undefined)
  if (told.length > 0) return { atMs: Math.min(...told), source: 'startsAt in Alertmanager', byAlertmanager: true }
  if (rule?.firedAtMs !== undefined)
    return { atMs: rule.firedAtMs, source: 'Prometheus; Alertmanager has not shown it', byAlertmanager: false }
  return undefined
}
