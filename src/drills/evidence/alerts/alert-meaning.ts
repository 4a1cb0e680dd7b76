import type { Labels } from '../../../probes/prometheus.ts'
import { isOfMachine, isOnBudget, isTicket, pagesNobody } from '../alert-labels.ts'
import type { BurntBefore } from '../burnt-before.ts'
import { type Expected, isExpected } from '../expected.ts'
import { type AlertScope, everyAlert, whyNotCounted } from './alert-scope.ts'

/** What one alert means for a run, and why, where that is not plain from its labels. */
export interface AlertMeaning {
  kind: /** The Watchdog, and what only inhibits others. */
    | 'pages nobody'
    /** Named by `alerts.ignore` of the system's description. */
    | 'ignored'
    /** It lacks a label of `alerts.scope`. */
    | 'out of scope'
    /** The drill expects it. */
    | 'expected'
    /** The drill expects it, and it was active before: it has another cause. */
    | 'too early'
    /** Alertmanager holds it back: silenced, inhibited or muted. */
    | 'suppressed'
    /** Whether it is held back changed during the run. */
    | 'unjudged'
    /** Named by the drill as what follows from its fault. */
    | 'excepted'
    /** On a budget that was burnt before. */
    | 'carried'
    /** Of the machine that it all runs on. */
    | 'machine'
    | 'unexpected'
  why?: string
}

/** One alert that fires, with all that decides what it means. */
export interface SeenAlert {
  labels: Labels
  /** It was active before anything was done to the system. */
  isBefore: boolean
  /** Alertmanager holds it back, and by what; `unjudged` where that changed during the run, so that the run cannot judge it. */
  heldBack?: { kind: 'suppressed' | 'unjudged'; why: string } | undefined
}

/** What an alert is judged by: the drill, the description of the system, and what was before the run. */
export interface AlertJudging {
  drill: { readonly expectations: readonly Expected[] }
  /** Default: every alert counts. */
  alertScope?: AlertScope | undefined
  burntBefore: BurntBefore
}

/** Whether an alert is of the system. */
export function isOfSystem(
  labels: Labels,
  { drill, alertScope = everyAlert }: Omit<AlertJudging, 'burntBefore'>,
): boolean {
  const isNamed = isExpected({ alertname: labels.alertname, labels }, drill)
  return whyNotCounted(labels, alertScope, { isNamed }) === undefined
}

/** What an alert means. Gate, watch and verdict ask this one function, so that they cannot differ. Pure. */
export function meaningOf(alert: SeenAlert, judging: AlertJudging): AlertMeaning {
  const { labels, isBefore, heldBack } = alert
  const { drill, alertScope = everyAlert } = judging
  if (pagesNobody(labels)) return { kind: 'pages nobody' }
  const isNamed = isExpected({ alertname: labels.alertname, labels }, drill)
  const notCounted = whyNotCounted(labels, alertScope, { isNamed })
  if (notCounted !== undefined) return notCounted
  if (isNamed) return { kind: isBefore ? 'too early' : 'expected' }
  if (heldBack?.kind === 'suppressed') return heldBack
  const isFromBefore = isBefore && isOnBudget(labels)
  if (drill.expectations.some(({ mayPage = [] }) => mayPage.includes(labels.alertname ?? ''))) {
    return { kind: isFromBefore ? 'carried' : 'excepted' }
  }
  if ((isFromBefore && isTicket(labels)) || isBurntBefore(labels, judging)) return { kind: 'carried' }
  if (heldBack !== undefined) return heldBack
  return { kind: isOfMachine(labels) ? 'machine' : 'unexpected' }
}

function isBurntBefore(labels: Labels, { burntBefore }: AlertJudging): boolean {
  return isOnBudget(labels) && burntBefore.over.has(`${labels.sloth_id}/${labels.sloth_severity}`)
}

/** Of an alert that Prometheus sends to no Alertmanager: it pages nobody. */
export const droppedOnItsWay = {
  kind: 'suppressed',
  why: 'dropped by alert_relabel_configs on its way to Alertmanager',
} as const satisfies SeenAlert['heldBack']
