import type { AlertGroup } from './alert.ts'
import { control } from './control.ts'
import { host } from './host.ts'
import { monitoring } from './monitoring.ts'
import { requests } from './requests.ts'
import { liveness, services } from './services.ts'
import { stores } from './stores.ts'
import { unsettled } from './unsettled.ts'

/** Every alert of the stack, by group. */

/** Every alert except those of the objectives, in the groups in which Prometheus evaluates them. */
export const alertGroups: readonly AlertGroup[] = [
  { name: 'liveness', every: 'livenessEvaluationMs', alerts: [...liveness, ...unsettled] },
  { name: 'requests', every: 'evaluationMs', alerts: requests },
  { name: 'stores', every: 'evaluationMs', alerts: stores },
  { name: 'services', every: 'evaluationMs', alerts: services },
  // Made from what is scraped at this interval: there is nothing new in between.
  { name: 'host', every: 'exporterScrapeMs', alerts: host },
  { name: 'monitoring', every: 'exporterScrapeMs', alerts: [...monitoring, ...control] },
]

export const alerts = alertGroups.flatMap((group) => group.alerts)

/** The groups of a stack that no control process runs: without its metrics its alerts would fire all the time. */
export const unattendedGroups: readonly AlertGroup[] = alertGroups.map((group) => ({
  ...group,
  alerts: group.alerts.filter((alert) => !control.includes(alert)),
}))
