import { defined } from '../../base/defined.ts'
import type { Replica } from '../actions/actuator.ts'
import { causeOf, type Incident } from '../incident/incident.ts'
import { type MaintenanceEntry, type Outcome, SUPPRESSIONS } from '../incident/record.ts'
import { nameTarget, targetOf } from '../incident/target.ts'
import { RETURN_TRIES } from '../incident/transition.ts'
import { findRule } from '../policy/policy.ts'
import type { Alert } from '../webhook/alert.ts'
import type { Delivery } from '../webhook/webhook.ts'
import { advance } from './advance.ts'
import { type Decision, DecisionDraft, type Responding } from './decision-draft.ts'

/**
 * All of the responder's decisions: what an event leads to, as records for the log and things to do after that. Deterministic,
 * without clock, disk or network: the state is changed by the records that are returned, and by nothing else.
 */
export function decide(responding: Responding, event: Event, nowMs: number): Decision {
  const draft = new DecisionDraft(responding, nowMs)
  switch (event.kind) {
    case 'started':
      resume(draft)
      break
    case 'delivered':
      for (const alert of event.alerts) deliver(draft, alert, event.setByMs ?? 0)
      if (event.refused !== undefined) refuse(draft, event.refused)
      break
    case 'acted':
      acted(draft, event)
      break
    case 'verified':
      verified(draft, event)
      break
    case 'notified': {
      const { incident, channel, ok, detail } = event
      draft.write(incident, { event: 'notified', channel, ok, detail })
      break
    }
    case 'maintenance': {
      const { service, untilMs, why } = event
      draft.writeOther({ event: 'maintenance', service, untilMs, why })
      break
    }
    case 'looked':
    case 'tick':
      break
  }
  advance(draft, event.kind === 'looked' ? event : undefined)
  return draft
}

/** Something that happened. */
export type Event =
  /** The process has begun, with the state read back from the log. */
  | { kind: 'started' }
  /** `setByMs`: how much later than `nowMs` the clock is by which the alerts began. */
  | { kind: 'delivered'; alerts: readonly Alert[]; refused?: Delivery['refused']; setByMs?: number }
  /** The stack as it is now, by service; `undefined` when control did not say. */
  | { kind: 'looked'; services: ReadonlyMap<string, readonly Replica[]> | undefined; problem?: string }
  | { kind: 'acted'; incident: string; ok: boolean; detail: string }
  | { kind: 'verified'; incident: string; outcome: Outcome; detail: string }
  | { kind: 'notified'; incident: string; channel: string; ok: boolean; detail: string }
  | ({ kind: 'maintenance' } & Omit<MaintenanceEntry, 'event'>)
  /** Time has passed. */
  | { kind: 'tick' }

/** Incidents that are not over; beyond this, the least useful one is given up. Each takes about 10 KB at most. */
const MOST_OPEN = 5_000
/** How many of the oldest open incidents are compared when one is given up. */
const LOOKED_AT = 100
/** Of the reason for which alerts were refused, in characters. */
const LONGEST_REASON = 1_000

/** Idempotent by alert and start time, in any order of deliveries. */
function deliver(draft: DecisionDraft, alert: Alert, setByMs: number): void {
  const { incident: id, firing, name: alertname, labels, shortened, startsAtMs, endsAtMs } = alert
  const { state, policy, run } = draft
  const existing = state.incidents.get(id)
  if (existing !== undefined) {
    if (firing || existing.resolvedAtMs !== undefined) return
    if (isUntouched(existing)) {
      const action = draft.stepOf(existing)?.step.action ?? 'none'
      const target = existing.target === undefined ? '' : nameTarget(existing.target)
      const guard = 'resolved_meanwhile'
      draft.write(id, { event: 'suppressed', step: existing.step, action, target, guard, detail: SUPPRESSIONS[guard] })
    }
    draft.write(id, { event: 'resolved', endsAtMs })
    return
  }
  if (state.known.has(id)) return
  const rule = findRule(policy, labels)
  const target = targetOf(labels, rule?.service)
  // Nothing is known to be bad in the future, even if the sender's clock is ahead.
  const badAtMs = Math.min(startsAtMs - setByMs, draft.nowMs)
  draft.write(id, {
    event: 'opened',
    number: state.count + 1,
    run,
    alertname,
    labels,
    startsAtMs,
    ...(badAtMs === startsAtMs ? {} : { badAtMs }),
    ...defined({ shortened }),
    ...(rule === undefined ? {} : { rule: rule.name }),
    ...defined({ target }),
  })
  // Kept, so that a late "firing" of the same alert does not open it again.
  if (!firing) {
    draft.write(id, { event: 'resolved', endsAtMs, detail: 'received only when it was over' })
    return
  }
  const nothingDone = { event: 'suppressed', step: 0, action: 'none', target: '' } as const
  if (rule === undefined) {
    draft.write(id, { ...nothingDone, guard: 'no_policy', detail: SUPPRESSIONS.no_policy })
    return
  }
  if (state.open.size > MOST_OPEN) giveUpOne(draft, id)
  const opened = state.incidents.get(id)
  const leader = opened && state.leaders.get(causeOf(opened))
  if (leader === undefined || leader === opened) return
  const detail = `incident #${leader.number} is about the same cause`
  draft.write(id, { ...nothingDone, guard: 'same_cause', detail, by: leader.id })
}

/** Makes room for the newest: an incident that follows another goes first, then one that was settled, then the oldest. */
function giveUpOne(draft: DecisionDraft, newest: string): void {
  let given: Incident | undefined
  let looked = 0
  for (const incident of draft.state.open) {
    const { id, phase, back, follows } = incident
    if (id === newest || back !== undefined || (phase !== 'waiting' && phase !== 'settled')) continue
    if (follows !== undefined || (phase === 'settled' && given?.phase !== 'settled')) given = incident
    given ??= incident
    if (follows !== undefined || ++looked === LOOKED_AT) break
  }
  if (given === undefined) return
  const detail = `more than ${MOST_OPEN} incidents are open`
  draft.write(given.id, { event: 'resolved', endsAtMs: draft.nowMs, detail, overflow: true })
}

/** Alertmanager sends a group again and again: what is wrong with it is recorded once. */
function refuse(draft: DecisionDraft, { unreadable, tooMany, problems }: Delivery['refused']): void {
  const reason = problems.join('; ').slice(0, LONGEST_REASON)
  if (problems.length === 0 || draft.state.refused.has(reason)) return
  draft.writeOther({ event: 'refused', alerts: unreadable + tooMany, reason })
}

/** Still waiting for its first turn; an incident that follows another has no turn of its own. */
function isUntouched({ phase, follows, attempts }: Incident): boolean {
  return phase === 'waiting' && follows === undefined && attempts.length === 0
}

function acted(draft: DecisionDraft, { incident: id, ok, detail }: Event & { kind: 'acted' }): void {
  const acting = draft.incidentIn('acting', id)
  if (acting === undefined) return
  draft.write(id, { event: 'acted', ok, detail })
  verifyEffect(draft, id)
  if (draft.incidentIn('settled', id) !== undefined && (acting.back?.tries ?? 0) >= RETURN_TRIES)
    draft.escalate(acting, `could not scale back: ${detail}`)
}

/** Once an action has ended, its effect is verified; unless it was a notification, or failed. */
function verifyEffect(draft: DecisionDraft, id: string): void {
  const incident = draft.incidentIn('verifying', id)
  const step = incident && draft.stepOf(incident)
  if (incident !== undefined && step !== undefined) draft.verify(incident, step)
}

function verified(draft: DecisionDraft, { incident: id, outcome, detail }: Event & { kind: 'verified' }): void {
  const { state } = draft
  const incident = draft.incidentIn('verifying', id)
  if (incident === undefined) return
  const followers = [...(state.followers.get(id) ?? [])]
  draft.write(id, { event: 'verified', outcome, detail })
  if (outcome === 'ok') {
    for (const follower of followers) {
      if (follower.startsAtMs > incident.sinceMs || follower.phase !== 'waiting') continue
      draft.write(follower.id, { event: 'verified', outcome, detail: `with incident #${incident.number}` })
    }
  } else if (outcome === 'unknown' && draft.incidentIn('waiting', id) !== undefined) {
    // Not known to be bad: acting again would be a shot in the dark.
    draft.escalate(incident, `whether ${incident.decision?.action ?? 'the action'} helped is not known: ${detail}`)
  }
}

/** Takes up what the end of an earlier process interrupted, and closes what belongs to an earlier stack. */
function resume(draft: DecisionDraft): void {
  for (const incident of draft.state.incidents.values()) {
    const { id, phase, resolvedAtMs } = incident
    if (phase === 'settled' && resolvedAtMs !== undefined) continue
    if (incident.run !== draft.run) {
      if (phase === 'settled' && incident.settled === 'ignored') continue
      const detail = 'the stack that it happened in has ended'
      draft.write(id, { event: 'resolved', endsAtMs: draft.nowMs, detail, runEnded: true })
      continue
    }
    if (phase === 'acting') {
      const detail = 'the responder was interrupted: whether it was done is not known'
      draft.write(id, { event: 'acted', ok: false, detail, interrupted: true })
    }
    verifyEffect(draft, id)
  }
}
