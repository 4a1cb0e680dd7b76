import { defined } from '../../base/defined.ts'
import { causeOf, type Incident } from '../incident/incident.ts'
import { type MaintenanceEntry, type Outcome, SUPPRESSIONS } from '../incident/record.ts'
import { nameTarget, targetOf } from '../incident/target.ts'
import { RETURN_TRIES } from '../incident/transition.ts'
import { findRule } from '../policy/policy.ts'
import type { Alert } from '../webhook/alert.ts'
import type { Delivery } from '../webhook/webhook.ts'
import { advance } from './advance.ts'
import type { Replica } from './guards.ts'
import { type Decision, DecisionDraft, type Responding } from './turn.ts'

/** Incidents that are not over; beyond, the least useful is given up. Each takes some 10 KB at most. */
const MOST_OPEN = 5_000
/** Of the oldest open ones, when one is given up. */
const LOOKED_AT = 100
/** Of what was wrong with alerts that were refused, in characters. */
const LONGEST_REASON = 1_000

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
  | { kind: 'told'; incident: string; channel: string; ok: boolean; detail: string }
  | ({ kind: 'maintenance' } & Omit<MaintenanceEntry, 'event'>)
  /** Time has passed. */
  | { kind: 'tick' }

/**
 * The responder's whole mind: what an event leads to, as records for the log and things to do after that. No clock, no disk,
 * no network: the state is changed by the records that are returned and by nothing else.
 */
export function decide(responding: Responding, event: Event, nowMs: number): Decision {
  const turn = new DecisionDraft(responding, nowMs)
  switch (event.kind) {
    case 'started':
      resume(turn)
      break
    case 'delivered':
      for (const alert of event.alerts) deliver(turn, alert, event.setByMs ?? 0)
      if (event.refused !== undefined) refuse(turn, event.refused)
      break
    case 'acted':
      acted(turn, event)
      break
    case 'verified':
      verified(turn, event)
      break
    case 'told': {
      const { incident, channel, ok, detail } = event
      turn.write(incident, { event: 'told', channel, ok, detail })
      break
    }
    case 'maintenance': {
      const { service, untilMs, why } = event
      turn.writeOther({ event: 'maintenance', service, untilMs, why })
      break
    }
    case 'looked':
    case 'tick':
      break
  }
  advance(turn, event.kind === 'looked' ? event : undefined)
  return turn
}

/** Idempotent by alert and start time, whatever the order of deliveries. */
function deliver(turn: DecisionDraft, alert: Alert, setByMs: number): void {
  const { incident: id, firing, name: alertname, labels, shortened, startsAtMs, endsAtMs } = alert
  const { state, policy, run } = turn
  const existing = state.incidents.get(id)
  if (existing !== undefined) {
    if (firing || existing.resolvedAtMs !== undefined) return
    if (isUntouched(existing)) {
      const action = turn.stepOf(existing)?.step.action ?? 'none'
      const target = existing.target === undefined ? '' : nameTarget(existing.target)
      const guard = 'resolved_meanwhile'
      turn.write(id, { event: 'suppressed', step: existing.step, action, target, guard, detail: SUPPRESSIONS[guard] })
    }
    turn.write(id, { event: 'resolved', endsAtMs })
    return
  }
  if (state.known.has(id)) return
  const rule = findRule(policy, labels)
  const target = targetOf(labels, rule?.service)
  // Nothing is known to be bad in the future, whatever the sender's clock says.
  const badAtMs = Math.min(startsAtMs - setByMs, turn.nowMs)
  turn.write(id, {
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
  // Kept in mind, so that a late "firing" of the same alert is not taken for news.
  if (!firing) {
    turn.write(id, { event: 'resolved', endsAtMs, detail: 'heard of only when it was over' })
    return
  }
  const none = { event: 'suppressed', step: 0, action: 'none', target: '' } as const
  if (rule === undefined) {
    turn.write(id, { ...none, guard: 'no_policy', detail: SUPPRESSIONS.no_policy })
    return
  }
  if (state.open.size > MOST_OPEN) giveUpOne(turn, id)
  const opened = state.incidents.get(id)
  const leader = opened && state.leaders.get(causeOf(opened))
  if (leader === undefined || leader === opened) return
  const detail = `incident #${leader.number} is about the same cause`
  turn.write(id, { ...none, guard: 'same_cause', detail, by: leader.id })
}

/** Makes room for the newest: one that follows another goes first, then one that was settled, then the oldest of the rest. */
function giveUpOne(turn: DecisionDraft, newest: string): void {
  let given: Incident | undefined
  let looked = 0
  for (const incident of turn.state.open) {
    const { id, phase, back, follows } = incident
    if (id === newest || back !== undefined || (phase !== 'waiting' && phase !== 'settled')) continue
    if (follows !== undefined || (phase === 'settled' && given?.phase !== 'settled')) given = incident
    given ??= incident
    if (follows !== undefined || ++looked === LOOKED_AT) break
  }
  if (given === undefined) return
  const detail = `more than ${MOST_OPEN} incidents are open`
  turn.write(given.id, { event: 'resolved', endsAtMs: turn.nowMs, detail, overflow: true })
}

/** Alertmanager sends a group again and again: what is wrong with it is written once. */
function refuse(turn: DecisionDraft, { unreadable, tooMany, problems }: Delivery['refused']): void {
  const reason = problems.join('; ').slice(0, LONGEST_REASON)
  if (problems.length === 0 || turn.state.refused.has(reason)) return
  turn.writeOther({ event: 'refused', alerts: unreadable + tooMany, reason })
}

/** Still waiting for its first turn; one that follows another has none of its own. */
function isUntouched({ phase, follows, attempts }: Incident): boolean {
  return phase === 'waiting' && follows === undefined && attempts.length === 0
}

function acted(turn: DecisionDraft, { incident: id, ok, detail }: Event & { kind: 'acted' }): void {
  const incident = turn.state.incidents.get(id)
  if (incident?.phase !== 'acting') return
  turn.write(id, { event: 'acted', ok, detail })
  const step = turn.stepOf(incident)
  if (turn.phaseOf(incident) === 'verifying' && step !== undefined) turn.verify(incident, step.rule, step.step)
  if (turn.phaseOf(incident) === 'settled' && (incident.back?.tries ?? 0) >= RETURN_TRIES)
    turn.escalate(incident, `could not scale back: ${detail}`)
}

function verified(turn: DecisionDraft, { incident: id, outcome, detail }: Event & { kind: 'verified' }): void {
  const { state } = turn
  const incident = state.incidents.get(id)
  if (incident?.phase !== 'verifying') return
  const followers = [...(state.followers.get(id) ?? [])]
  turn.write(id, { event: 'verified', outcome, detail })
  if (outcome === 'ok') {
    for (const follower of followers) {
      if (follower.startsAtMs > incident.sinceMs || follower.phase !== 'waiting') continue
      turn.write(follower.id, { event: 'verified', outcome, detail: `with incident #${incident.number}` })
    }
  } else if (outcome === 'unknown' && turn.phaseOf(incident) === 'waiting') {
    // Not known to be bad: acting again would be a shot in the dark.
    turn.escalate(incident, `whether ${incident.decision?.action ?? 'the action'} helped is not known: ${detail}`)
  }
}

/** Takes up what the end of an earlier process interrupted, and closes what belongs to an earlier stack. */
function resume(turn: DecisionDraft): void {
  for (const incident of turn.state.incidents.values()) {
    const { id, phase, resolvedAtMs } = incident
    if (phase === 'settled' && resolvedAtMs !== undefined) continue
    if (incident.run !== turn.run) {
      if (phase === 'settled' && incident.settled === 'ignored') continue
      const detail = 'the stack that it happened in has ended'
      turn.write(id, { event: 'resolved', endsAtMs: turn.nowMs, detail, runEnded: true })
      continue
    }
    if (phase === 'acting') {
      const detail = 'the responder was interrupted: whether it was done is not known'
      turn.write(id, { event: 'acted', ok: false, detail, interrupted: true })
    }
    const step = turn.stepOf(incident)
    if (turn.phaseOf(incident) === 'verifying' && step !== undefined) turn.verify(incident, step.rule, step.step)
  }
}
