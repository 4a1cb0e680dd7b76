import type { Journal } from '../drills/journal/journal.ts'
import type { OtherAlert } from '../drills/journal/schema/alert.ts'
import type { Labels } from '../probes/prometheus.ts'

/** What a drill did to the system: a fault, or a step of another kind. */
export interface Cause {
  kind: 'fault' | 'action' | 'none'
  /** `kill`; of an action what it did: `configure store …`. */
  fault: string
  /** Empty for an action, whose name says it all. */
  service: string
  /** Epoch milliseconds. */
  atMs: number
}

/** An alert that began to fire in a run. */
export interface Firing {
  alert: string
  labels: Labels
  /** Epoch milliseconds. */
  atMs: number
  /** False when Alertmanager held it back all the time: the rule works, but nobody was notified. */
  paged: boolean
}

/** A sample that was under way at the injection can date what follows from it a little earlier; in milliseconds. */
const UNDER_WAY_MS = 1_000

/**
 * What was done to the system in a run and took effect; one entry of kind `none` when it was only watched, and before all others
 * where it was the load that came first.
 */
export function causesOf(journal: Journal): [Cause, ...Cause[]] {
  const faults = journal.faults
    .filter(({ landing }) => landing.landed)
    .map(({ fault, service, injectedAtMs }): Cause => ({ kind: 'fault', fault, service, atMs: injectedAtMs }))
  const actions = journal.steps.flatMap(({ kind, ok, text, startedAtMs }): Cause[] =>
    kind === 'action' && ok && startedAtMs !== null
      ? [{ kind: 'action', fault: text, service: '', atMs: startedAtMs }]
      : [],
  )
  const done = [...faults, ...actions].sort((a, b) => a.atMs - b.atMs)
  const [first, ...others] = done
  const isLoadFirst = journal.stages.find(({ name }) => name === 'injected')?.atMs === null
  if (first !== undefined && !isLoadFirst) return [first, ...others]
  return [{ kind: 'none', fault: 'no fault', service: '', atMs: zeroOf(journal) }, ...done]
}

/** What the figures of a run count from, in epoch milliseconds. */
function zeroOf({ stages, startedAt }: Journal): number {
  const known = stages.find(({ atMs }) => atMs !== null)
  return known === undefined ? Date.parse(startedAt) : (known.atMs ?? 0) - (known.sinceInjectedMs ?? 0)
}

/** Every alert that began to fire after the first cause, but for those on a budget that was burnt before. */
export function firingsOf(journal: Journal): Firing[] {
  const [{ atMs: fromMs }] = causesOf(journal)
  const isIn = (list: readonly OtherAlert[], alert: string, labels: Labels) =>
    list.some((one) => one.alertname === alert && sameLabels(one.labels, labels))
  const seen: { alertname: string; labels: Labels; firingAtMs: number | null }[] = journal.series?.alerts ?? [
    ...expectedFirings(journal),
    ...otherFirings(journal),
  ]
  return seen.flatMap(({ alertname, labels, firingAtMs }) =>
    firingAtMs === null || firingAtMs < fromMs - UNDER_WAY_MS || isIn(journal.carriedAlerts, alertname, labels)
      ? []
      : [{ alert: alertname, labels, atMs: firingAtMs, paged: !isIn(journal.inhibitedAlerts, alertname, labels) }],
  )
}

/**
 * The cause of an alert: of all that was done before it fired, what was done to the service that the alert is about; where nothing
 * was done to it, what was done to any other. Of several, the latest.
 */
export function causeOf({ labels, atMs }: Firing, causes: readonly [Cause, ...Cause[]]): Cause {
  const before = causes.filter((one) => one.atMs <= atMs)
  const about = before.filter(({ service }) => service !== '' && service === labels.service)
  return about.at(-1) ?? before.at(-1) ?? causes[0]
}

/** A run without series has the alerts that were expected in its expectations. */
function expectedFirings({ expectations }: Journal) {
  return expectations.flatMap(({ kind, text, atMs }) => {
    const [, alertname] = /^firing: (\w+)/.exec(text) ?? []
    if (kind !== 'alert' || atMs === null || alertname === undefined) return []
    const [, service] = /service="([^"]*)"/.exec(text) ?? []
    return [{ alertname, labels: service === undefined ? {} : { service }, firingAtMs: atMs }]
  })
}

function otherFirings(journal: Journal) {
  const lists: (readonly OtherAlert[])[] = [
    journal.unexpectedAlerts,
    journal.machineAlerts,
    journal.exceptedAlerts,
    journal.inhibitedAlerts,
  ]
  return lists.flat().map(({ alertname, labels, firedAtMs }) => ({ alertname, labels, firingAtMs: firedAtMs }))
}

function sameLabels(one: Labels, other: Labels): boolean {
  const names = Object.keys(one).filter((name) => name !== 'alertname')
  return names.every((name) => other[name] === one[name])
}
