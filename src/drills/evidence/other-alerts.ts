import { formatLabels, type Labels } from '../../probes/prometheus.ts'
import type { OtherAlert } from '../journal/schema/alert.ts'
import { isOfMachine, isOnBudget, isTicket } from './alert-labels.ts'
import { type Evidence, earliestMs } from './evidence.ts'
import { isExpected } from './expected.ts'
import { type RuleAlert, sameLabels } from './observations.ts'

export interface OtherAlerts {
  /** The drill does not expect them: each is a deviation. */
  unexpected: OtherAlert[]
  /** Of the machine that it all runs on, which was too busy for the run to prove anything. */
  machine: OtherAlert[]
  /** Named by the drill as what follows from its fault. */
  excepted: OtherAlert[]
  /** Fired, and held back by Alertmanager all the time: they paged nobody. */
  inhibited: OtherAlert[]
  /** About a budget that was burnt before the run: the alert's long window had not forgotten it. */
  carried: OtherAlert[]
}

export const noAlerts = (): OtherAlerts => ({ unexpected: [], machine: [], excepted: [], inhibited: [], carried: [] })

/** Alertmanager receives an alert after it fired; a look at the rules may be later than both. In milliseconds. */
const LOOK_SLACK_MS = 1_000

/**
 * Every alert that fired during the run and that the drill does not expect, by what it means for the verdict. An alert of an
 * expected name that became active before anything was injected is one of them: it has another cause.
 */
export function otherAlerts(evidence: Evidence): OtherAlerts {
  const fromMs = earliestMs(evidence)
  const mayPage = evidence.drill.expectations.flatMap((expectation) => expectation.mayPage ?? [])
  const others: OtherAlerts = noAlerts()
  for (const rule of evidence.observations.ruleAlerts) {
    const { labels, activeAtMs, firedAtMs } = rule
    const alertname = labels.alertname ?? ''
    if (firedAtMs === undefined) continue
    const expected = isExpected({ alertname, labels }, evidence.drill)
    if (expected && activeAtMs >= fromMs) continue
    const other = { alertname, labels, activeAtMs, firedAtMs }
    if (heldBack(rule, evidence)) others.inhibited.push(other)
    else if (mayPage.includes(alertname)) (isFromBefore(rule, evidence) ? others.carried : others.excepted).push(other)
    else if (isCarried(rule, evidence)) others.carried.push(other)
    else if (isOfMachine(labels)) others.machine.push(other)
    else others.unexpected.push(other)
  }
  return others
}

/** Whether Alertmanager had it, and never notified of it. One that was never seen in Alertmanager counts as notified. */
function heldBack({ labels, activeAtMs, firedAtMs = 0 }: RuleAlert, { observations }: Evidence): boolean {
  const { heldAlerts, incidents } = observations
  const isSame = (other: { labels: Labels; startsAtMs: number }) =>
    other.startsAtMs >= activeAtMs && other.startsAtMs <= firedAtMs + LOOK_SLACK_MS && sameLabels(other.labels, labels)
  const held = heldAlerts.filter(isSame)
  return held.length > 0 && held.every(({ status }) => status === 'suppressed') && !incidents.some(isSame)
}

/** On a budget, and active before anything was done to the system: other runs or the load have burnt it. */
function isFromBefore({ labels, activeAtMs }: RuleAlert, evidence: Evidence): boolean {
  return isOnBudget(labels) && activeAtMs < earliestMs(evidence)
}

function isCarried(rule: RuleAlert, evidence: Evidence): boolean {
  const { labels } = rule
  if (!isOnBudget(labels)) return false
  return (
    (isTicket(labels) && isFromBefore(rule, evidence)) ||
    evidence.burntBefore.over.has(`${labels.sloth_id}/${labels.sloth_severity}`)
  )
}

export function formatAlert({ alertname, labels }: OtherAlert): string {
  const { alertname: _, ...others } = labels
  return `${alertname}${formatLabels(others)}`
}
