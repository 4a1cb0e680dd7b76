import { type Static, Type } from '#typebox'
import { formatDuration } from '../../base/units/duration.ts'
import type { Repair } from '../incident/record.ts'
import { nameTarget, overlaps, type PolicyTarget } from '../incident/target.ts'
import type { Guards, Limit } from '../policy/policy.ts'

/** The limit that one more repair of the target would be over, if any. Pure. */
export function limitOn(history: RepairHistory, target: PolicyTarget): LimitView | undefined {
  return limitOfTarget(history, target) ?? limitOfAll(history)
}

/** The repairs that were begun, the limits of the policy, and the time until which they count. */
export interface RepairHistory {
  repairs: readonly Repair[]
  guards: Guards
  nowMs: number
}

/** A limit of the policy that is used up, and of what. */
export const LimitView = Type.Object({
  guard: Type.Enum(['target_limit', 'overall_limit']),
  /** The service whose repairs it holds back; `*` for everything. */
  service: Type.String(),
  /** Replica or service; `*` for everything. */
  target: Type.String(),
  detail: Type.String(),
  /** Epoch milliseconds from which on one more repair is allowed. */
  untilMs: Type.Number(),
})
export type LimitView = Static<typeof LimitView>

/** Every limit that is used up: of each target that was repaired, and of all. Pure. */
export function limitsUsedUp(history: RepairHistory): LimitView[] {
  const targets = new Map(history.repairs.map((repair) => [repair.target, touched(repair)]))
  const found = [...targets.values()].map((target) => limitOfTarget(history, target))
  return [...found, limitOfAll(history)].filter((limit) => limit !== undefined)
}

/** What a repair touches, as a target. */
export function touched({ service, target }: Pick<Repair, 'service' | 'target'>): PolicyTarget {
  return target === service ? { service } : { service, replica: target }
}

function limitOfTarget({ repairs, guards, nowMs }: RepairHistory, target: PolicyTarget): LimitView | undefined {
  const { perTarget } = guards
  const used = usedUp(
    repairs.filter((repair) => overlaps(touched(repair), target)),
    perTarget,
    nowMs,
  )
  if (used === undefined) return undefined
  const name = nameTarget(target)
  const detail = `${used.count} actions on ${name} within ${formatDuration(perTarget.windowMs)}`
  return { guard: 'target_limit', service: target.service, target: name, detail, untilMs: used.untilMs }
}

function limitOfAll({ repairs, guards: { overall }, nowMs }: RepairHistory): LimitView | undefined {
  const used = usedUp(repairs, overall, nowMs)
  if (used === undefined) return undefined
  const detail = `${used.count} actions within ${formatDuration(overall.windowMs)}`
  return { guard: 'overall_limit', service: '*', target: '*', detail, untilMs: used.untilMs }
}

function usedUp(repairs: readonly Repair[], { actions, windowMs }: Limit, nowMs: number) {
  // Counted by its end: between a decision and its action there may be a slow disk, or a crash.
  const ends = repairs
    .map(({ endedAtMs }) => endedAtMs ?? nowMs)
    .filter((endMs) => endMs > nowMs - windowMs)
    .sort((a, b) => a - b)
  const next = ends[ends.length - actions]
  return next === undefined ? undefined : { count: ends.length, untilMs: next + windowMs }
}
