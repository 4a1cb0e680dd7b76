import type { Labels } from '../../probes/prometheus.ts'
import { rememberedMs } from '../clocks/remembered-ms.ts'
import { isOfMachine, isOnBudget, isTicket, pagesNobody } from '../evidence/alert-labels.ts'
import { isExpected } from '../evidence/expected.ts'
import type { GateContext, GateFinding } from './checks/check.ts'

/** What an alert that fires, or that Alertmanager holds, means for a run that is about to begin: `text`, or nothing. */
export function alertFindings(labels: Labels, text: string, context: GateContext): GateFinding[] {
  const { drill, busy, profile, alertRules } = context
  if (pagesNobody(labels)) return []
  if (!isExpected({ alertname: labels.alertname, labels }, drill)) {
    const firing = `alert ${nameAlert(labels)} is firing`
    if (isTicket(labels)) return [{ text: `${firing}, on a budget that was burnt before`, tolerated: true }]
    if (busy && isOfMachine(labels)) {
      return [{ text: `${firing}: the machine is busy, which --busy accepts`, tolerated: true }]
    }
  }
  const forgottenMs = profile.scale(FORGOTTEN_WITHIN_MS)
  if (isOfMachine(labels)) return [{ text, lastsMs: forgottenMs, ofMachine: true }]
  return [{ text, lastsMs: isOnBudget(labels) ? forgottenMs : rememberedMs(labels, alertRules) }]
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
