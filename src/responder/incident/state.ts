import { defined } from '../../base/defined.ts'
import { causeOf, type Incident } from './incident.ts'
import type { IncidentRecord, LogRecord, Repair, SnapshotEntry } from './record.ts'
import { change } from './transition.ts'

/** All that the responder knows. It changes through `apply` alone, so that the log, read back, gives the same. */
export interface State {
  seq: number
  /** How many incidents there ever were. */
  count: number
  /** By id, oldest first: all that are not over, and the latest of those that are. */
  incidents: Map<string, Incident>
  /** All that are not over, oldest first. */
  open: Set<Incident>
  /** Waiting for their turn, without those that follow another. */
  waiting: Set<Incident>
  /** Acting, verifying or returning. */
  busy: Set<Incident>
  /** The incident that deals with a cause, until its alert is over. */
  leaders: Map<string, Incident>
  followers: Map<string, Set<Incident>>
  /** Oldest first. */
  repairs: Repair[]
  silences: Map<string, Silence>
  /** When a person was last notified of a cause, in epoch milliseconds. */
  lastNotified: Map<string, number>
  /** Incidents that are over and still kept, oldest first. */
  over: Set<Incident>
  /** Ids of incidents that are over, oldest first; also of those that are not kept any more. */
  known: Set<string>
  /** Why alerts were refused, oldest first. */
  refused: Set<string>
}

/** Incidents that are over are kept, newest first, up to this many; the log has them all. */
const KEPT = 1_000
/** Ids of alerts that are over are kept, up to this many, so that a late delivery does not open them again. */
const KNOWN = 100_000
/** Causes about which a person was notified. */
const NOTIFIED = 10_000
/** Ids of alerts that are over, as they are carried into a new file of the log. */
const KNOWN_IN_SNAPSHOT = 10_000

/** Reasons for which alerts were refused, so that each is written once. */
const REFUSED = 100

export interface Silence {
  /** A service, or `*`. */
  service: string
  untilMs: number
  why: string
}

export function emptyState(): State {
  return {
    seq: 0,
    count: 0,
    incidents: new Map(),
    open: new Set(),
    waiting: new Set(),
    busy: new Set(),
    leaders: new Map(),
    followers: new Map(),
    repairs: [],
    silences: new Map(),
    lastNotified: new Map(),
    over: new Set(),
    known: new Set(),
    refused: new Set(),
  }
}

/** Takes one more line of the log into account. Lines that were read before, and lines of unknown incidents, change nothing. */
export function apply(state: State, record: LogRecord): void {
  if (record.event === 'snapshot') {
    startFrom(state, record)
    return
  }
  if (record.seq <= state.seq) return
  state.seq = record.seq
  if (record.event === 'maintenance') {
    const { service, untilMs, why } = record
    if (untilMs <= record.atMs) state.silences.delete(service)
    else state.silences.set(service, { service, untilMs, why })
    return
  }
  if (record.event === 'refused') {
    state.refused.add(record.reason)
    keepLatest(state.refused, REFUSED)
    return
  }
  if (record.event === 'opened') {
    if (!state.incidents.has(record.incident)) place(state, open(state, record))
    return
  }
  const incident = state.incidents.get(record.incident)
  if (incident === undefined) return
  incident.records.push(record)
  const followed = incident.follows
  change(incident, record)
  if (record.event === 'acting' && !record.notifies && !record.back) begin(state, record)
  if (record.event === 'acted') end(state, incident)
  if (record.event === 'escalated' && !record.quiet) noteNotified(state, causeOf(incident), record.atMs)
  if (followed !== incident.follows) {
    if (followed !== undefined) state.followers.get(followed)?.delete(incident)
    if (incident.follows !== undefined) {
      state.followers.set(incident.follows, (state.followers.get(incident.follows) ?? new Set()).add(incident))
    }
  }
  place(state, incident)
  const goesOn = incident.phase !== 'settled' || incident.settled === 'escalated'
  if (!goesOn || incident.resolvedAtMs !== undefined) release(state, incident)
}

/** What a new file of the log begins with, so that it alone gives the state: all that is not over, and what is still counted. */
export function snapshotOf(state: State, atMs: number): LogRecord[] {
  const head: SnapshotEntry = {
    event: 'snapshot',
    count: state.count,
    repairs: state.repairs,
    silences: [...state.silences.values()],
    known: [...state.known].slice(-KNOWN_IN_SNAPSHOT),
  }
  const records = [...state.incidents.values()].flatMap((incident) => incident.records)
  return [{ seq: 0, atMs, ...head }, ...records.sort((a, b) => a.seq - b.seq)]
}

function startFrom(state: State, { count, repairs, silences, known }: SnapshotEntry): void {
  // Read after the files before it, it contains nothing new.
  if (state.seq > 0) return
  state.count = count
  state.repairs = structuredClone(repairs)
  state.silences = new Map(silences.map((one) => [one.service, one]))
  state.known = new Set(known)
}

function open(state: State, record: IncidentRecord & { event: 'opened' }): Incident {
  const { incident: id, atMs, number, run, alertname, labels, startsAtMs, badAtMs, rule, target } = record
  state.count = Math.max(state.count, number)
  const incident: Incident = {
    id,
    number,
    run,
    alertname,
    labels,
    startsAtMs,
    receivedAtMs: atMs,
    ...defined({ rule, target }),
    phase: 'waiting',
    step: 0,
    waitingSinceMs: atMs,
    notBeforeMs: 0,
    badAtMs: badAtMs ?? startsAtMs,
    sinceMs: 0,
    tried: false,
    attempts: [],
    suppressed: [],
    records: [record],
  }
  state.incidents.set(id, incident)
  return incident
}

function begin({ repairs }: State, record: IncidentRecord & { event: 'acting' }): void {
  const { seq, incident, service, target, atMs } = record
  // A snapshot has it already.
  if (!repairs.some((one) => one.seq === seq)) repairs.push({ seq, incident, service, target, atMs })
  if (repairs.length > KEPT) repairs.shift()
}

function end({ repairs }: State, { attempts }: Incident): void {
  const attempt = attempts.at(-1)
  const repair = repairs.find((one) => one.seq === attempt?.seq)
  if (repair === undefined || attempt?.actedAtMs === undefined) return
  repair.endedAtMs = attempt.actedAtMs
  repair.ok = attempt.ok === true
}

function noteNotified({ lastNotified }: State, cause: string, atMs: number): void {
  // The latest is last.
  lastNotified.delete(cause)
  lastNotified.set(cause, atMs)
  keepLatest(lastNotified, NOTIFIED)
}

/** Gives those that follow it a turn of their own. */
function release(state: State, leader: Incident): void {
  const followers = state.followers.get(leader.id)
  if (followers === undefined) return
  state.followers.delete(leader.id)
  for (const incident of followers) {
    delete incident.follows
    incident.notBeforeMs = 0
    place(state, incident)
  }
}

/** Keeps the indexes true to the state of the incident. */
function place(state: State, incident: Incident): void {
  const { phase, id, follows, resolvedAtMs, settled } = incident
  put(state.waiting, incident, phase === 'waiting' && follows === undefined)
  put(state.busy, incident, phase === 'acting' || phase === 'verifying' || phase === 'returning')
  const cause = causeOf(incident)
  const leader = state.leaders.get(cause)
  const leads = incident.rule !== undefined && follows === undefined && resolvedAtMs === undefined
  // After one that has helped, or was a dry run, the next incident deals with the next failure of that kind.
  const replaceable = leader === undefined || (leader.phase === 'settled' && leader.settled !== 'escalated')
  if (leads && replaceable) state.leaders.set(cause, incident)
  else if (!leads && leader === incident) state.leaders.delete(cause)
  const isOpen = phase !== 'settled' || (resolvedAtMs === undefined && settled !== 'ignored')
  put(state.open, incident, isOpen)
  if (isOpen) return
  state.known.add(id)
  keepLatest(state.known, KNOWN)
  state.over.add(incident)
  const [oldest] = state.over
  if (state.over.size > KEPT && oldest !== undefined) {
    state.over.delete(oldest)
    state.incidents.delete(oldest.id)
  }
}

/**
 * Removes the oldest, a tenth of all at a time: a set keeps the places of what was deleted, so that finding its first member
 * after each deletion takes longer the more there were.
 */
function keepLatest(set: Set<string> | Map<string, unknown>, most: number): void {
  if (set.size < 1.1 * most) return
  for (const oldest of set.keys()) {
    if (set.size <= most) return
    set.delete(oldest)
  }
}

function put(set: Set<Incident>, incident: Incident, member: boolean): void {
  if (member) set.add(incident)
  else set.delete(incident)
}
