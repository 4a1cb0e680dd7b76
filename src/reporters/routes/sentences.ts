import { promDuration } from '../../base/units/duration.ts'
import type { AlertRoute, RoutedAlert, RoutedFault, RoutesReport } from '../../routing/routes-report.ts'

/** What reports say of routes, in words. */

/** `store-pager (pagerduty)`, `nobody (does nothing)`; with a question mark where it depends on labels that are not known. */
export function receiverText({ receiver, by, silent, certain }: AlertRoute): string {
  const how = silent ? 'does nothing' : by.join(', ')
  return `${receiver} (${how})${certain ? '' : ' ?'}`
}

/** `5m + 30s`, as they are configured: the `for` of the rule, then the group wait of the route. */
export function waitText({ forMs }: Pick<RoutedAlert, 'forMs'>, { groupWaitMs }: AlertRoute): string {
  return `${promDuration(forMs)} + ${promDuration(groupWaitMs)}`
}

/** When a route does not notify. */
export function mutedText({ muted, mutedIn, activeIn }: AlertRoute): string {
  if (muted !== null) return muted
  return [
    ...(mutedIn.length === 0 ? [] : [`not in ${mutedIn.join(', ')}`]),
    ...(activeIn.length === 0 ? [] : [`only in ${activeIn.join(', ')}`]),
  ].join('; ')
}

export function repeatText({ repeatIntervalMs }: AlertRoute): string {
  return promDuration(repeatIntervalMs)
}

export function faultText({ fault, target }: RoutedFault): string {
  return target === '' ? fault : `${fault} ${target}`
}

/** `2026-11-29 03:00 UTC, Sunday` */
export function momentText(atMs: number): string {
  const day = new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' }).format(atMs)
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC, ${day}`
}

/** Whether nobody is notified of an alert, by any of its routes; `maybe` where that depends on labels that are not known. */
export function isQuiet({ routes }: RoutedAlert): 'yes' | 'maybe' | 'no' {
  const notifying = routes.filter(({ silent, muted }) => !silent && muted === null)
  if (notifying.length === 0) return 'yes'
  return notifying.length === routes.length || notifying.some(({ certain }) => certain) ? 'no' : 'maybe'
}

/** "34 alert rules at …: nobody is notified of 3, of 1 by labels that are not known" */
export function summaryText({ alerts, atMs }: RoutesReport): string {
  const [quiet, maybe] = (['yes', 'maybe'] as const).map(
    (wanted) => alerts.filter((alert) => isQuiet(alert) === wanted).length,
  )
  const when = atMs === null ? '' : ` at ${momentText(atMs)}`
  const parts = [
    ...(quiet === 0 ? [] : [`nobody is notified of ${quiet}`]),
    ...(maybe === 0 ? [] : [`it depends on labels that are not known whether somebody is notified of ${maybe}`]),
  ]
  return `${alerts.length} alert rules${when}: ${parts.join('; ') || 'somebody is notified of each'}`
}
