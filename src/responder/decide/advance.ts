import { defined } from '../../base/defined.ts'
import { actionNamed } from '../actions/actions.ts'
import type { Incident } from '../incident/incident.ts'
import { nameTarget, overlaps, type PolicyTarget } from '../incident/target.ts'
import { findRule, type Rule, type Step } from '../policy/policy.ts'
import { belowQuorum, busy, coolingDown, itself, maintained, type Refusal, type Replica, refuse } from './guards.ts'
import { touched } from './limits.ts'
import type { Decision, DecisionDraft, Intent } from './turn.ts'

/** A look at the stack; without services it failed. */
interface Look {
  services: ReadonlyMap<string, readonly Replica[]> | undefined
  problem?: string
}

/** Gives everything that waits its turn, as far as the guards let it. Without a look, it is asked for where one is needed. */
export function advance(turn: DecisionDraft, look: Look | undefined): Decision {
  let wanted = false
  for (const incident of turn.state.waiting) {
    if (incident.notBeforeMs > turn.nowMs) continue
    if (take(turn, incident, look) === 'look') wanted = true
  }
  for (const incident of turn.state.busy) if (incident.phase === 'returning') goBack(turn, incident)
  if (wanted) turn.intents.push({ kind: 'look' })
  return turn
}

/** One incident's turn. */
function take(turn: DecisionDraft, incident: Incident, look: Look | undefined): 'look' | undefined {
  const { state, policy, nowMs } = turn
  const rule = findRule(policy, incident.labels)
  if (rule === undefined) {
    hold(turn, incident, { guard: 'no_policy', detail: 'the policy has no rule for it any more' }, 'none', '')
    return
  }
  const step = rule.ladder[incident.step]
  if (step === undefined) {
    const tried = incident.attempts.some((one) => !one.telling)
    turn.escalate(incident, tried ? 'no action has helped' : 'the policy leaves it to a person')
    return
  }
  const action = actionNamed(step.action)
  const target = action.target(step.params as never, incident.target)
  if (target === undefined) {
    const guard = 'unknown_target'
    hold(
      turn,
      incident,
      { guard, detail: 'its labels "service" and "instance" name nothing', final: true },
      step.action,
      '',
    )
    return
  }
  const name = nameTarget(target)
  if (action.telling) return act(turn, incident, rule, step, target, {})
  // Reason enough to go on waiting, or to give up.
  const refusal = refuse(state, policy, target, nowMs)
  if (refusal?.guard === 'maintenance' || refusal?.guard === 'target_busy')
    return hold(turn, incident, refusal, step.action, name)
  const repair = state.repairs.findLast((one) => one.ok && overlaps(touched(one), target))
  if (repair?.endedAtMs !== undefined && repair.endedAtMs > incident.badAtMs) {
    const by = state.incidents.get(repair.incident)
    return join(turn, incident, rule, step, repair.endedAtMs, `after the action of incident #${by?.number ?? '?'}`)
  }
  if (refusal !== undefined) return hold(turn, incident, refusal, step.action, name)
  if (action.check === undefined) return act(turn, incident, rule, step, target, {})
  if (look === undefined) return 'look'
  const waitedMs = nowMs - incident.waitingSinceMs
  const patient = (one: Refusal): Refusal => (waitedMs < step.settleMs ? one : { ...one, final: true })
  if (look.services === undefined) {
    const detail = look.problem ?? 'no answer'
    return hold(turn, incident, patient({ guard: 'control_unreachable', detail }), step.action, name)
  }
  const replicas = look.services.get(target.service) ?? []
  const check = action.check(step.params as never, target, replicas, incident.badAtMs)
  if ('guard' in check) {
    if (check.guard === 'already_starting') return hold(turn, incident, patient(check), step.action, name)
    const { guard, detail, sinceMs } = check
    hold(turn, incident, { guard, detail, ...(guard === 'unknown_target' ? { final: true } : {}) }, step.action, name)
    if (sinceMs !== undefined) join(turn, incident, rule, step, sinceMs, detail)
    return
  }
  const no = itself(target) ?? (action.disturbs ? belowQuorum(policy.guards, target, replicas) : undefined)
  if (no !== undefined) return hold(turn, incident, patient(no), step.action, name)
  act(turn, incident, rule, step, target, check)
}

function act(
  turn: DecisionDraft,
  incident: Incident,
  rule: Rule,
  step: Step,
  target: PolicyTarget,
  { was }: { was?: number },
): undefined {
  const { telling } = actionNamed(step.action)
  const at = { step: incident.step, action: step.action, target: nameTarget(target) }
  const reason = `rule "${rule.name}", step ${incident.step + 1} of ${rule.ladder.length}`
  if (turn.policy.dryRun) {
    turn.write(incident.id, { event: 'decided', ...at, reason: `dry run: ${reason}`, dryRun: true })
    return
  }
  turn.write(incident.id, { event: 'decided', ...at, reason })
  turn.write(incident.id, {
    event: 'acting',
    ...at,
    service: target.service,
    ...(telling ? { telling } : {}),
    ...defined({ was }),
  })
  turn.intents.push({ kind: 'act', incident, step, target })
}

/** An action that ended after things were last known to be bad counts for this incident too: its effect is looked at first. */
function join(
  turn: DecisionDraft,
  incident: Incident,
  rule: Rule,
  step: Step,
  sinceMs: number,
  detail: string,
): undefined {
  turn.write(incident.id, { event: 'joined', sinceMs, detail })
  turn.verify(incident, rule, step)
}

/** Writes a guard's no down, once, and gives up where it is final. */
function hold(turn: DecisionDraft, incident: Incident, refusal: Refusal, action: string, target: string): undefined {
  const { guard, detail, untilMs, final } = refusal
  const last = incident.suppressed.at(-1)
  const said = last?.guard === guard && last.atMs >= incident.waitingSinceMs && last.untilMs === untilMs
  const { step } = incident
  const until = untilMs === undefined ? {} : { untilMs }
  if (!said) turn.write(incident.id, { event: 'suppressed', step, action, target, guard, detail, ...until })
  if (final) turn.escalate(incident, detail)
}

/** Scales back what was scaled, when nobody needs it any more. It is not counted: the way back must never be barred. */
function goBack(turn: DecisionDraft, incident: Incident): void {
  const { state, policy, nowMs } = turn
  const { back } = incident
  if (back === undefined) return
  const target = { service: back.service }
  for (const other of state.leaders.values()) {
    if (other !== incident && other.target?.service === back.service && other.settled !== 'dry_run') return
  }
  if (maintained(state, target, nowMs) ?? busy(state, target) ?? coolingDown(state, policy.guards, target, nowMs))
    return
  turn.write(incident.id, {
    event: 'acting',
    step: incident.step,
    action: back.action,
    target: back.service,
    service: back.service,
    back: true,
  })
  const step: Step = { action: 'scale', params: { service: back.service, to: back.to }, settleMs: 0 }
  const intent: Intent = { kind: 'act', incident, step, target, backTo: back.to }
  turn.intents.push(intent)
}
