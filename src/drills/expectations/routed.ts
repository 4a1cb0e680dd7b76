import { hasLabels, type Labels } from '../../probes/prometheus.ts'
import { whyMuted } from '../../routing/mute.ts'
import { exactLabels } from '../../routing/possible-labels.ts'
import { routesOf } from '../../routing/routes-of.ts'
import type { Route } from '../../routing/routing.ts'
import { type Evidence, earliestMs } from '../evidence/evidence.ts'
import { alertText } from '../evidence/expected.ts'
import type { SeenHeldAlert } from '../evidence/observations.ts'

/** The alerts of a run at Alertmanager, and where its routes send them. */

/** Alerts of that name, or of any name, with at least those labels. */
export interface Wanted {
  alert?: string | undefined
  labels: Labels
}

/** Alerts of this run that Alertmanager has, oldest first. */
export function heldIn(evidence: Evidence, wanted: readonly Wanted[]): SeenHeldAlert[] {
  const fromMs = earliestMs(evidence)
  const isWanted = ({ labels }: SeenHeldAlert) =>
    wanted.some((one) => (one.alert ?? labels.alertname) === labels.alertname && hasLabels(labels, one.labels))
  return evidence.observations.heldAlerts
    .filter((held) => held.startsAtMs >= fromMs && isWanted(held))
    .sort((a, b) => a.startsAtMs - b.startsAtMs)
}

/** One route that an alert takes. */
export interface Sending {
  receiver: string
  groupWaitMs: number
  /** When the first notification of a new group is due, in epoch milliseconds. */
  dueAtMs: number
  /** Why nobody is notified by it. */
  silent: string | undefined
}

/** Where Alertmanager sends an alert: as it says itself, with the waits and the muted times of the routes that lead there. */
export function sendingsOf(held: SeenHeldAlert, { routing, timing }: Pick<Evidence, 'routing' | 'timing'>): Sending[] {
  const { updatedAtMs, receivers, labels } = held
  const routes = routing === undefined ? [] : routesOf(routing.root, exactLabels(labels)).map(({ route }) => route)
  const toSending = (receiver: string, route: Pick<Route, 'groupWaitMs'>, muted: string | undefined): Sending => {
    const dueAtMs = updatedAtMs + route.groupWaitMs
    return { receiver, groupWaitMs: route.groupWaitMs, dueAtMs, silent: muted ?? whyNotSent(held, dueAtMs) }
  }
  const names = new Set(receivers ?? routes.map(({ receiver }) => receiver))
  return [...names].flatMap((receiver) => {
    const leading = routes.filter((route) => route.receiver === receiver)
    if (routing === undefined || leading.length === 0) return [toSending(receiver, timing, undefined)]
    return leading.map((route) => toSending(receiver, route, whyMuted(route, routing, updatedAtMs + route.groupWaitMs)))
  })
}

/** Why Alertmanager does not notify of an alert when that is due. */
function whyNotSent({ status, inhibited, endedAtMs }: SeenHeldAlert, dueAtMs: number): string | undefined {
  if (inhibited !== undefined && inhibited.atMs <= dueAtMs)
    return `it is held back by ${namesOf(inhibited.by).join(', ')}`
  if (status === 'suppressed') return 'Alertmanager holds it back'
  if (endedAtMs !== undefined && endedAtMs < dueAtMs) return 'it ended before a notification was due'
  return undefined
}
/** Names of the alerts that hold back another one. */
export function namesOf(alerts: readonly Labels[]): string[] {
  return [...new Set(alerts.map(({ alertname = 'an alert that is gone' }) => alertname))]
}

/** `ShopDown{job="shop"}` */
export function heldText({ labels }: Pick<SeenHeldAlert, 'labels'>): string {
  const { alertname = '', ...others } = labels
  return alertText({ alert: alertname, labels: others })
}
