import { defined } from '../../base/defined.ts'
import type { Attempt, Incident, Settled } from './incident.ts'
import type { IncidentEntry, IncidentRecord } from './record.ts'

/** Failures to scale back after which a person is notified. */
export const RETURN_TRIES = 3

type Entry<Event extends IncidentEntry['event']> = Extract<IncidentRecord, { event: Event }>

/** What one more record makes of an incident. */
export function change(incident: Incident, record: IncidentRecord): void {
  const { atMs } = record
  switch (record.event) {
    case 'opened':
    case 'notified':
      return
    case 'decided': {
      const { action, target, reason, dryRun } = record
      incident.decision = { action, target, reason, ...(dryRun ? { suppressed: 'dry_run' as const } : {}) }
      if (dryRun) settle(incident, 'dry_run')
      return
    }
    case 'suppressed':
      suppressed(incident, record)
      return
    case 'acting':
      incident.attempts.push(toAttempt(record))
      incident.decision ??= { action: record.action, target: record.target, reason: '' }
      incident.phase = 'acting'
      return
    case 'acted':
      acted(incident, record)
      return
    case 'joined':
      incident.phase = 'verifying'
      incident.sinceMs = record.sinceMs
      incident.tried = false
      delete incident.follows
      return
    case 'verified':
      incident.verified = { atMs, outcome: record.outcome, detail: record.detail }
      if (record.outcome === 'ok') {
        settle(incident, 'helped')
        return
      }
      incident.badAtMs = atMs
      proceed(incident, incident.tried ? incident.step + 1 : incident.step, atMs)
      return
    case 'escalated':
      incident.escalated = { atMs, reason: record.reason }
      settle(incident, 'escalated')
      return
    case 'resolved':
      incident.resolvedAtMs = atMs
      incident.endsAtMs = record.endsAtMs
      if (record.runEnded) delete incident.back
      if (record.runEnded) settle(incident, incident.settled ?? 'resolved')
      else if (incident.phase === 'waiting') settle(incident, 'resolved')
      else if (incident.phase === 'settled') settle(incident, incident.settled ?? 'resolved')
      return
  }
}

function suppressed(incident: Incident, record: Entry<'suppressed'>): void {
  const { atMs, guard, action, target, detail, untilMs, by } = record
  incident.suppressed.push({ atMs, guard, action, target, detail, ...defined({ untilMs }) })
  if (incident.attempts.length === 0) incident.decision = { action, target, reason: detail, suppressed: guard }
  // Maintenance may end earlier than was said.
  if (untilMs !== undefined && guard !== 'maintenance') incident.notBeforeMs = untilMs
  if (by !== undefined) incident.follows = by
  if (guard === 'no_policy') settle(incident, 'ignored')
  if (guard === 'nothing_to_do') proceed(incident, incident.step + 1, atMs)
}

function acted(incident: Incident, { atMs, ok, detail, interrupted }: Entry<'acted'>): void {
  const attempt = incident.attempts.at(-1)
  if (attempt === undefined) return
  Object.assign(attempt, { actedAtMs: atMs, ok, detail })
  if (attempt.back) {
    if (incident.back !== undefined && !ok) incident.back.tries++
    else delete incident.back
    settle(incident, incident.settled ?? 'resolved')
    return
  }
  if (attempt.notifies) {
    proceed(incident, incident.step + 1, atMs)
    return
  }
  if (attempt.was !== undefined && (ok || interrupted)) {
    incident.back ??= { service: attempt.service, to: attempt.was, action: attempt.action, tries: 0 }
  }
  if (!ok && !interrupted) {
    proceed(incident, incident.step + 1, atMs)
    return
  }
  incident.phase = 'verifying'
  incident.sinceMs = atMs
  // What a crash interrupted may never have been done: if it shows no effect, the same step has another turn.
  incident.tried = interrupted !== true
}

/** On to that step, unless the alert is over. */
function proceed(incident: Incident, step: number, atMs: number): void {
  if (incident.resolvedAtMs !== undefined) {
    settle(incident, 'resolved')
    return
  }
  incident.phase = 'waiting'
  incident.step = step
  incident.waitingSinceMs = atMs
  incident.notBeforeMs = 0
}

function settle(incident: Incident, how: Settled): void {
  incident.settled = how
  const returns =
    incident.resolvedAtMs !== undefined && incident.back !== undefined && incident.back.tries < RETURN_TRIES
  incident.phase = returns ? 'returning' : 'settled'
  delete incident.follows
}

function toAttempt({ seq, step, action, target, service, notifies, was, back, atMs }: Entry<'acting'>): Attempt {
  return {
    seq,
    step,
    action,
    target,
    service,
    actingAtMs: atMs,
    ...defined({ notifies, was, back }),
  }
}
