import type { Labels } from '../../probes/prometheus.ts'
import { rememberedMs } from '../clocks/remembered-ms.ts'
import { isOfMachine, isOnBudget, isTicket } from '../evidence/alert-labels.ts'
import { type AlertMeaning, meaningOf, type SeenAlert } from '../evidence/alerts/alert-meaning.ts'
import { nothingBurnt } from '../evidence/burnt-before.ts'
import type { GateContext, GateFinding } from './checks/check.ts'

/** What an alert that fires, or that Alertmanager holds, means for a run that is about to begin: `text`, or nothing. */
export function alertFindings(alert: Omit<SeenAlert, 'isBefore'>, text: string, context: GateContext): GateFinding[] {
  const { profile, alertRules } = context
  const { labels } = alert
  // A budget that was burnt keeps the gate shut until its short windows have forgotten: nothing is carried over here.
  const meaning = meaningOf({ ...alert, isBefore: true }, { ...context, burntBefore: nothingBurnt })
  if (meaning.kind === 'pages nobody') return []
  if (isOthersIncident(alert, meaning, context)) {
    return [{ text: `${text}: an incident of others (${meaning.why}), and nothing is broken on production meanwhile` }]
  }
  const why = whyTolerated(meaning, labels, context)
  if (why !== undefined) return [{ text: `alert ${nameAlert(labels)} is firing${why}`, tolerated: true }]
  const forgottenMs = profile.scale(FORGOTTEN_WITHIN_MS)
  if (isOfMachine(labels)) {
    // One that the drill expects is not tolerated either way.
    const busyTolerates = meaning.kind === 'machine' ? { busyTolerates: true as const } : {}
    return [{ text, lastsMs: forgottenMs, ofMachine: true, ...busyTolerates }]
  }
  return [{ text, lastsMs: isOnBudget(labels) ? forgottenMs : rememberedMs(labels, alertRules) }]
}

/** Why an alert does not concern the run, to be added to its name; undefined when it keeps the gate shut. */
function whyTolerated({ kind, why }: AlertMeaning, labels: Labels, { busy }: GateContext): string | undefined {
  if (kind === 'ignored' || kind === 'out of scope' || kind === 'suppressed') return ` (${why})`
  if (kind === 'carried' && isTicket(labels)) return ', on a budget that was burnt before'
  if (kind === 'machine' && busy) return ': the machine is busy, which --busy accepts'
  return undefined
}

/** Severities of alerts for which nobody gets up. */
const LESSER: readonly (string | undefined)[] = ['info', 'warning', 'ticket']

/** Whether an alert outside the scope is a reason to leave production alone: it notifies, and `alerts.ignore` does not name it. */
function isOthersIncident(
  { labels, heldBack }: Omit<SeenAlert, 'isBefore'>,
  { kind }: AlertMeaning,
  { description }: GateContext,
): boolean {
  const isProduction = description?.safety?.environment === 'production'
  return isProduction && kind === 'out of scope' && heldBack === undefined && !LESSER.includes(labels.severity)
}

/**
 * How long a burnt budget may take to be forgotten, in production time: the short window of the slow page. The gate does not wait for
 * the long windows (hours; in the lab 12 minutes): alerts on what they still remember are reported, and count against no drill.
 */
export const FORGOTTEN_WITHIN_MS = 30 * 60_000

export function nameAlert({ alertname, instance, service }: Labels): string {
  const where = instance ?? service
  return `${alertname ?? 'without a name'}${where === undefined ? '' : ` (${where})`}`
}
