import { formatLabels, hasLabels, type Labels } from '../../probes/prometheus.ts'
import { isOnBudget, isTicket } from '../gate/burn.ts'
import type { OtherAlert } from '../journal/schema/alert.ts'
import { isOfMachine, type RuleAlert, sameLabels } from '../watch/observations.ts'
import { earliestMs, type Facts } from './facts.ts'

export interface OtherAlerts {
  /** Nobody expected them: each is a deviation. */
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

/** Alertmanager hears of an alert behind its firing; a look at the rules may come behind both. */
const LOOK_SLACK_MS = 1_000

/**
 * Every alert that fired during the run and that no `alert` expectation covers, by what came of it. An alert of an expected
 * name that became active before anything was injected is not covered either: it has another cause.
 */
export function otherAlerts(facts: Facts): OtherAlerts {
  const { expectations } = facts.drill
  const fromMs = earliestMs(facts)
  const except = expectations.flatMap((one) => (one.kind === 'noOtherAlert' ? one.except : []))
  const others: OtherAlerts = noAlerts()
  for (const rule of facts.observations.ruleAlerts) {
    const { labels, activeAtMs, firedAtMs } = rule
    const alertname = labels.alertname ?? ''
    if (firedAtMs === undefined) continue
    const covered = expectations.some(
      (one) => one.kind === 'alert' && one.alert === alertname && hasLabels(labels, one.labels),
    )
    if (covered && activeAtMs >= fromMs) continue
    const other = { alertname, labels, activeAtMs, firedAtMs }
    if (heldBack(rule, facts)) others.inhibited.push(other)
    else if (except.includes(alertname)) (isFromBefore(rule, facts) ? others.carried : others.excepted).push(other)
    else if (isCarried(rule, facts)) others.carried.push(other)
    else if (isOfMachine(labels)) others.machine.push(other)
    else others.unexpected.push(other)
  }
  return others
}

/** Whether Alertmanager had it, and never let it through. One that it was never seen to have counts as let through. */
function heldBack({ labels, activeAtMs, firedAtMs = 0 }: RuleAlert, { observations }: Facts): boolean {
  const { heldAlerts, incidents } = observations
  const isIt = (one: { labels: Labels; startsAtMs: number }) =>
    one.startsAtMs >= activeAtMs && one.startsAtMs <= firedAtMs + LOOK_SLACK_MS && sameLabels(one.labels, labels)
  const held = heldAlerts.filter(isIt)
  return held.length > 0 && held.every(({ status }) => status === 'suppressed') && !incidents.some(isIt)
}

/** On a budget, and active before anything was done to the system: other runs have burnt it, or the load has. */
function isFromBefore({ labels, activeAtMs }: RuleAlert, facts: Facts): boolean {
  return isOnBudget(labels) && activeAtMs < earliestMs(facts)
}

function isCarried(rule: RuleAlert, facts: Facts): boolean {
  const { labels } = rule
  if (!isOnBudget(labels)) return false
  return (
    (isTicket(labels) && isFromBefore(rule, facts)) ||
    facts.burntBefore.over.has(`${labels.sloth_id}/${labels.sloth_severity}`)
  )
}

export function formatAlert({ alertname, labels }: OtherAlert): string {
  const { alertname: _, ...others } = labels
  return `${alertname}${formatLabels(others)}`
}
