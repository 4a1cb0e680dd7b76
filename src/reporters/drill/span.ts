import { largest } from '../../base/largest.ts'
import type { Journal } from '../../drills/journal/journal.ts'
import type { Band } from '../page/chart.ts'
import { sinceZero } from '../text/sentences.ts'

/** The stretches of time that the page of a run shows. */

/** Time around the story that graphs show, in seconds: the time before shows how it was when all was well. */
const BEFORE_SECONDS = 5
const AFTER_SECONDS = 3
/** Samples that follow each other so closely are one stretch. */
const SAMPLE_GAP_SECONDS = 0.1

/** A stretch of time of the drill with what it was, in seconds since the injection. */
export interface Stretch extends Band {
  name: string
}

/** From a little before the first injection to a little after the last thing that happened, in seconds since the injection. */
export function spanOf(journal: Journal): [number, number] {
  const { stages, felt, series } = journal
  const seconds = series?.load.requests.length ?? 0
  const firstSecond = series === null ? 0 : sinceZero(journal, series.startMs)
  const ends = [
    ...stages.flatMap(({ sinceInjectedMs }) => (sinceInjectedMs === null ? [] : [sinceInjectedMs / 1_000])),
    ...faultsOf(journal).map(({ to }) => to),
    ...(felt?.lastFailureMs ? [sinceZero(journal, felt.lastFailureMs)] : []),
  ]
  const from = seconds === 0 ? -1 : Math.max(-BEFORE_SECONDS, firstSecond)
  return [Math.min(-1, from), largest(ends, 1) + AFTER_SECONDS]
}

/** When each fault was in effect. One that undid itself before it was lifted ended at an unknown time: it counts to the lifting. */
export function faultsOf(journal: Journal): Stretch[] {
  return journal.faults.map(({ fault, service, replica, injectedAtMs, lifted }) => {
    const from = sinceZero(journal, injectedAtMs)
    // A crash is over when it has happened: there was nothing left to lift.
    const to = lifted === null || !lifted.changed ? from : sinceZero(journal, lifted.liftedAtMs)
    return { kind: 'fault', name: `${fault} ${replica ?? service}`, from, to }
  })
}

/** When the machine was late because of other programs, each stretch of samples as one. */
export function busyOf(journal: Journal, [from, to]: readonly [number, number]): Stretch[] {
  const stretches: Stretch[] = []
  for (const { atMs, forMs, lateMs } of journal.machine?.samples ?? []) {
    const begin = Math.max(from, sinceZero(journal, atMs - forMs))
    const end = Math.min(to, sinceZero(journal, atMs))
    if (lateMs === 0 || end <= begin) continue
    const last = stretches.at(-1)
    if (last !== undefined && begin - last.to < SAMPLE_GAP_SECONDS) last.to = end
    else stretches.push({ kind: 'busy', name: 'machine: too busy', from: begin, to: end })
  }
  return stretches
}

/**
 * When each alert was pending, and when it fired. One that was not seen to end lasts to the end of the span. Alerts on a budget that was
 * burnt before are left out.
 */
export function alertsOf(journal: Journal, [from, to]: readonly [number, number]): Stretch[] {
  const carried = new Set(journal.carriedAlerts.map(identityOf))
  const seen = (journal.series?.alerts ?? []).filter(
    (one) => one.labels.severity !== 'none' && !carried.has(identityOf(one)),
  )
  return seen.flatMap(({ alertname, labels, pendingAtMs, firingAtMs, endedAtMs }): Stretch[] => {
    const about = labels.instance ?? labels.service
    const name = about === undefined ? alertname : `${alertname} ${about}`
    const at = (ms: number) => Math.max(from, sinceZero(journal, ms))
    const end = endedAtMs === null ? to : at(endedAtMs)
    if (firingAtMs === null) return [{ kind: 'pending', name, from: at(pendingAtMs), to: end }]
    return [
      { kind: 'pending', name, from: at(pendingAtMs), to: at(firingAtMs) },
      { kind: 'firing', name, from: at(firingAtMs), to: end },
    ]
  })
}

/** Name and labels as one text. */
function identityOf({ alertname, labels }: { alertname: string; labels: Readonly<Record<string, string>> }): string {
  return JSON.stringify([alertname, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])
}

/** What the responder and the drill itself did; what was still under way ends where the span does. */
export function actionsOf(journal: Journal, [, to]: readonly [number, number]): Stretch[] {
  const byResponder = journal.incidents.flatMap(({ actions }) =>
    actions
      .filter(({ notifies }) => notifies !== true)
      .map((one): Stretch => {
        const end = one.actedAtMs === undefined ? to : sinceZero(journal, one.actedAtMs)
        const name = `responder: ${one.action} ${one.target}${one.ok === false ? ', which failed' : ''}`
        return { kind: 'action', name, from: sinceZero(journal, one.actingAtMs), to: end }
      }),
  )
  const byDrill = journal.steps.flatMap(({ kind, text, startedAtMs, endedAtMs }): Stretch[] => {
    if (kind !== 'action' || startedAtMs === null) return []
    const end = endedAtMs === null ? to : sinceZero(journal, endedAtMs)
    return [{ kind: 'action', name: `drill: ${text}`, from: sinceZero(journal, startedAtMs), to: end }]
  })
  return [...byDrill, ...byResponder]
}
