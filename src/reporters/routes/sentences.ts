import { formatDuration } from '../../base/units/duration.ts'
import type { AlertRoute, RoutedAlert, RoutedFault, RoutesReport } from '../../routing/routes-report.ts'

/** What reports say of routes, in words. */

/** `store-pager (pagerduty)`, `nobody (does nothing)`; with a question mark where it depends on labels that are not known. */
export function receiverText({ receiver, by, silent, certain }: AlertRoute): string {
  const how = silent ? 'does nothing' : by.join(', ')
  return `${receiver} (${how})${certain ? '' : ' ?'}`
}

/** `5 min + 30.0 s`: the `for` of the rule, then the group wait of the route. */
export function waitText({ forMs }: Pick<RoutedAlert, 'forMs'>, { groupWaitMs }: AlertRoute): string {
  const text = (ms: number) => (ms === 0 ? '0 s' : formatDuration(ms))
  return `${text(forMs)} + ${text(groupWaitMs)}`
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
  return formatDuration(repeatIntervalMs)
}

export function faultText({ fault, target }: RoutedFault): string {
  return target === '' ? fault : `${fault} ${target}`
}

/** `2026-11-29 03:00 UTC, Sunday` */
export function momentText(atMs: number): string {
  const day = new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' }).format(atMs)
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC, ${day}`
}

/** "34 alert rules at …: nobody is notified of 3" */
export function summaryText({ alerts, atMs }: RoutesReport): string {
  const quiet = alerts.filter(({ routes }) => routes.every(({ silent, muted }) => silent || muted !== null))
  const when = atMs === null ? '' : ` at ${momentText(atMs)}`
  const rest = quiet.length === 0 ? 'somebody is notified of each' : `nobody is notified of ${quiet.length}`
  return `${alerts.length} alert rules${when}: ${rest}`
}
