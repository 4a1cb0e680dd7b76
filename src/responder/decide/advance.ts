import { defined } from '../../base/defined.ts'
import type { ActionDefinition } from '../actions/action.ts'
import { actionNamed } from '../actions/actions.ts'
import type { Replica } from '../actions/actuator.ts'
import type { Incident } from '../incident/incident.ts'
import { nameTarget, overlaps, type PolicyTarget } from '../incident/target.ts'
import { findRule, type Rule, type Step } from '../policy/policy.ts'
import type { DecisionDraft } from './decision-draft.ts'
import { belowQuorum, itself, type Refusal, refuse } from './guards.ts'
import { touched } from './limits.ts'
import { scaleBack } from './scale-back.ts'

/** Gives everything that waits its turn, as far as the guards let it. Without a look, it asks for one where one is needed. */
export function advance(draft: DecisionDraft, look: Look | undefined): void {
  let wantsLook = false
  for (const incident of draft.state.waiting) {
    if (incident.notBeforeMs > draft.nowMs) continue
    const turn = turnOf(draft, incident, look)
    if (turn !== undefined && take(turn) === 'look') wantsLook = true
  }
  for (const incident of draft.state.busy) if (incident.phase === 'returning') scaleBack(draft, incident)
  if (wantsLook) draft.intents.push({ kind: 'look' })
}

/** A look at the stack; without services it failed. */
interface Look {
  services: ReadonlyMap<string, readonly Replica[]> | undefined
  problem?: string
}

/** An incident whose turn it is, and the step of its rule that is due. */
interface Turn {
  draft: DecisionDraft
  incident: Incident
  rule: Rule
  step: Step
  action: ActionDefinition
  target: PolicyTarget
  look: Look | undefined
  /** What the guards that need no look say. */
  refusal: Refusal | undefined
}

/** What a turn came to: it is over, or it needs a look at the stack first; `undefined`: the next question decides. */
type Outcome = 'over' | 'look' | undefined

/** What is asked in a turn, in this order; the first answer ends it. `act` always answers. */
const QUESTIONS: readonly ((turn: Turn) => Outcome)[] = [
  notify,
  waitForOthers,
  joinRepair,
  obeyGuards,
  actUnseen,
  wantLook,
  checkTarget,
  protectOthers,
  act,
]

function take(turn: Turn): Outcome {
  for (const question of QUESTIONS) {
    const outcome = question(turn)
    if (outcome !== undefined) return outcome
  }
  return undefined
}

/** The turn of an incident; `undefined` when it has none, and then the reason is recorded. */
function turnOf(draft: DecisionDraft, incident: Incident, look: Look | undefined): Turn | undefined {
  const rule = findRule(draft.policy, incident.labels)
  if (rule === undefined) {
    const refusal: Refusal = { guard: 'no_policy', detail: 'the policy has no rule for it any more' }
    hold({ draft, incident }, refusal, { action: 'none', target: '' })
    return undefined
  }
  const step = rule.ladder[incident.step]
  if (step === undefined) {
    const tried = incident.attempts.some((attempt) => !attempt.notifies)
    draft.escalate(incident, tried ? 'no action has helped' : 'the policy leaves it to a person')
    return undefined
  }
  const action = actionNamed(step.action)
  const target = action.target(step.params as never, incident.target)
  if (target === undefined) {
    const detail = 'its labels "service" and "instance" name nothing'
    const about = { action: step.action, target: '' }
    hold({ draft, incident }, { guard: 'unknown_target', detail, final: true }, about)
    return undefined
  }
  const refusal = action.notifies ? undefined : refuse(draft, target)
  return { draft, incident, rule, step, action, target, look, refusal }
}

/** A notification repairs nothing: no guard is asked. */
function notify(turn: Turn): Outcome {
  return turn.action.notifies ? act(turn) : undefined
}

/** While a person or another action works on the target, there is reason enough to wait. */
function waitForOthers(turn: Turn): Outcome {
  const { refusal } = turn
  return refusal?.guard === 'maintenance' || refusal?.guard === 'target_busy' ? holdStep(turn, refusal) : undefined
}

/** The target was repaired since it was last known to be bad: the effect of that is looked at first. */
function joinRepair(turn: Turn): Outcome {
  const { draft, incident, target } = turn
  const repair = draft.state.repairs.findLast((one) => one.ok && overlaps(touched(one), target))
  if (repair?.endedAtMs === undefined || repair.endedAtMs <= incident.badAtMs) return undefined
  const by = draft.state.incidents.get(repair.incident)
  return join(turn, repair.endedAtMs, `after the action of incident #${by?.number ?? '?'}`)
}

function obeyGuards(turn: Turn): Outcome {
  return turn.refusal === undefined ? undefined : holdStep(turn, turn.refusal)
}

/** Some actions need no look at the stack. */
function actUnseen(turn: Turn): Outcome {
  return turn.action.check === undefined ? act(turn) : undefined
}

function wantLook(turn: Turn): Outcome {
  const { look } = turn
  if (look === undefined) return 'look'
  if (look.services !== undefined) return undefined
  return holdStep(turn, patiently(turn, { guard: 'control_unreachable', detail: look.problem ?? 'no answer' }))
}

/** The action itself looks at its target: it may be repaired, or starting, or not there. */
function checkTarget(turn: Turn): Outcome {
  const check = checked(turn)
  if (!('guard' in check)) return undefined
  const { guard, detail, sinceMs } = check
  if (guard === 'already_starting') return holdStep(turn, patiently(turn, { guard, detail }))
  holdStep(turn, { guard, detail, ...(guard === 'unknown_target' ? { final: true } : {}) })
  return sinceMs === undefined ? 'over' : join(turn, sinceMs, detail)
}

/** Neither the responder itself nor the last healthy replicas are taken down. */
function protectOthers(turn: Turn): Outcome {
  const { draft, action, target } = turn
  const quorum = () => belowQuorum(draft.policy.guards, target, replicasOf(turn))
  const refusal = itself(target) ?? (action.disturbs ? quorum() : undefined)
  return refusal === undefined ? undefined : holdStep(turn, patiently(turn, refusal))
}

function act(turn: Turn): 'over' {
  const { draft, incident, rule, step, action, target } = turn
  const at = { step: incident.step, action: step.action, target: nameTarget(target) }
  const reason = `rule "${rule.name}", step ${incident.step + 1} of ${rule.ladder.length}`
  if (draft.policy.dryRun) {
    draft.write(incident.id, { event: 'decided', ...at, reason: `dry run: ${reason}`, dryRun: true })
    return 'over'
  }
  const check = action.notifies ? {} : checked(turn)
  draft.write(incident.id, { event: 'decided', ...at, reason })
  draft.write(incident.id, {
    event: 'acting',
    ...at,
    service: target.service,
    ...defined({ notifies: action.notifies, was: 'guard' in check ? undefined : check.was }),
  })
  draft.intents.push({ kind: 'act', incident, step, target })
  return 'over'
}

function checked({ action, step, target, incident, ...turn }: Turn): ReturnType<NonNullable<typeof action.check>> {
  const seen = { target, replicas: replicasOf({ target, ...turn }), badAtMs: incident.badAtMs }
  return action.check?.(step.params as never, seen) ?? {}
}

function replicasOf({ look, target }: Pick<Turn, 'look' | 'target'>): readonly Replica[] {
  return look?.services?.get(target.service) ?? []
}

/** A refusal that is waited out for as long as the step may take to settle, and final after that. */
function patiently({ draft, incident, step }: Turn, refusal: Refusal): Refusal {
  return draft.nowMs - incident.waitingSinceMs < step.settleMs ? refusal : { ...refusal, final: true }
}

/** An action that ended after things were last known to be bad counts for this incident too: its effect is verified. */
function join({ draft, incident, rule, step }: Turn, sinceMs: number, detail: string): 'over' {
  draft.write(incident.id, { event: 'joined', sinceMs, detail })
  draft.verify(incident, { rule, step })
  return 'over'
}

function holdStep(turn: Turn, refusal: Refusal): 'over' {
  hold(turn, refusal, { action: turn.step.action, target: nameTarget(turn.target) })
  return 'over'
}

/** Records a guard's no, once, and gives up where it is final. */
function hold(
  { draft, incident }: Pick<Turn, 'draft' | 'incident'>,
  { guard, detail, untilMs, final }: Refusal,
  about: { action: string; target: string },
): void {
  const last = incident.suppressed.at(-1)
  const isRecorded = last?.guard === guard && last.atMs >= incident.waitingSinceMs && last.untilMs === untilMs
  const { step } = incident
  if (!isRecorded)
    draft.write(incident.id, { event: 'suppressed', step, ...about, guard, detail, ...defined({ untilMs }) })
  if (final) draft.escalate(incident, detail)
}
