import type { Labels } from '../../probes/prometheus.ts'

/** What a drill reads from the labels of an alert. */

/** True for the Watchdog, which always fires, and for alerts that only inhibit others: they page nobody. */
export function pagesNobody({ alertname, severity }: Labels): boolean {
  return alertname === 'Watchdog' || severity === 'none'
}

/** Whether an alert is about the machine: a busy one proves nothing about the system that runs on it. */
export function isOfMachine({ service }: Labels): boolean {
  return service === 'host'
}

/** Whether an alert is on a burn rate, and for office hours: it lasts for as long as its long windows remember. */
export function isTicket({ sloth_severity }: Labels): boolean {
  return sloth_severity === 'ticket'
}

/** Whether an alert is about an error budget. It ends by itself when its short window has forgotten. */
export function isOnBudget({ sloth_id, sloth_severity }: Labels): boolean {
  return sloth_id !== undefined || sloth_severity !== undefined
}
