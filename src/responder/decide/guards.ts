import { formatDuration } from '../../base/units/duration.ts'
import type { Incident } from '../incident/incident.ts'
import { SUPPRESSIONS, type Suppression } from '../incident/record.ts'
import type { Silence, State } from '../incident/state.ts'
import { overlaps, type PolicyTarget } from '../incident/target.ts'
import type { Floor, Guards, Policy } from '../policy/policy.ts'
import { limitOn, touched } from './limits.ts'

/** A replica as the control API shows it. */
export interface Replica {
  id: string
  state: string
  /** Epoch milliseconds of the last change of state. */
  sinceMs: number
  /** Names of the settings that its service was given; missing where that is not known. */
  configured?: readonly string[]
}

/** A guard's no. With `untilMs` it is worth asking again then; `final`: this incident's repair is given up. */
export interface Refusal {
  guard: Suppression
  detail: string
  untilMs?: number
  final?: true
}

/** The guards that need no look at the stack, in order. */
export function refuse(state: State, { guards }: Policy, target: PolicyTarget, nowMs: number): Refusal | undefined {
  return (
    maintained(state, target, nowMs) ??
    busy(state, target) ??
    coolingDown(state, guards, target, nowMs) ??
    exhausted(state, guards, target, nowMs)
  )
}

export function maintained({ silences }: State, { service }: PolicyTarget, nowMs: number): Refusal | undefined {
  const inForce = (one: Silence | undefined) => (one !== undefined && one.untilMs > nowMs ? one : undefined)
  const silence = inForce(silences.get(service)) ?? inForce(silences.get('*'))
  if (silence === undefined) return undefined
  const detail = `maintenance of ${silence.service === '*' ? 'everything' : silence.service}: ${silence.why}`
  return { guard: 'maintenance', detail, untilMs: silence.untilMs }
}

/** One repair of a target at a time, its verification included. */
export function busy(state: State, target: PolicyTarget): Refusal | undefined {
  for (const incident of state.busy) {
    const attempt = incident.attempts.at(-1)
    if (attempt === undefined || attempt.telling || !isAtWork(incident)) continue
    if (overlaps(touched(attempt), target)) {
      return { guard: 'target_busy', detail: `incident #${incident.number}: ${attempt.action} ${attempt.target}` }
    }
  }
  return undefined
}

function isAtWork({ phase, tried }: Incident): boolean {
  return phase === 'acting' || (phase === 'verifying' && tried)
}

export function coolingDown(state: State, guards: Guards, target: PolicyTarget, nowMs: number): Refusal | undefined {
  const last = state.repairs.findLast((one) => one.endedAtMs !== undefined && overlaps(touched(one), target))
  const untilMs = (last?.endedAtMs ?? Number.NEGATIVE_INFINITY) + guards.cooldownMs
  if (untilMs <= nowMs) return undefined
  const detail = `cooldown of ${formatDuration(guards.cooldownMs)} after the last action on ${last?.target}`
  return { guard: 'cooldown', detail, untilMs }
}

function exhausted({ repairs }: State, guards: Guards, target: PolicyTarget, nowMs: number): Refusal | undefined {
  const limit = limitOn(repairs, guards, target, nowMs)
  return limit && { guard: limit.guard, detail: limit.detail, final: true }
}

/** Its own name in the stack. */
const OWN_SERVICE = 'responder'

/**
 * Repairing itself would end it in the middle of its work, and again with each alert of the storm that makes it slow. Control
 * restarts it: when it ends, and when it does not answer for a while.
 */
export function itself({ service }: PolicyTarget): Refusal | undefined {
  return service === OWN_SERVICE ? { guard: 'self', detail: SUPPRESSIONS.self } : undefined
}

/**
 * Whether taking down the next replica of the target would leave too few. One that is not healthy can always be repaired: it
 * leaves no fewer.
 */
export function belowQuorum(
  { quorum }: Guards,
  target: PolicyTarget,
  replicas: readonly Replica[],
): Refusal | undefined {
  const touchedOnes = replicas.filter((one) => target.replica === undefined || one.id === target.replica)
  if (touchedOnes.some((one) => one.state !== 'healthy')) return undefined
  const healthy = replicas.filter((one) => one.state === 'healthy').length
  const floor = floorOf(quorum[target.service] ?? quorum.default, replicas.length)
  if (healthy - 1 >= floor) return undefined
  return {
    guard: 'quorum',
    detail: `${healthy} of ${replicas.length} replicas of ${target.service} are healthy, ${floor} must remain`,
  }
}

function floorOf(floor: Floor | undefined, replicas: number): number {
  if (floor === undefined) return 0
  return 'replicas' in floor ? floor.replicas : Math.floor(floor.ratio * replicas)
}
