import { formatDuration } from '../../base/units/duration.ts'
import type { Replica } from '../actions/actuator.ts'
import type { Incident } from '../incident/incident.ts'
import { SUPPRESSIONS, type Suppression } from '../incident/record.ts'
import type { Silence, State } from '../incident/state.ts'
import { overlaps, type PolicyTarget } from '../incident/target.ts'
import type { Floor, Guards, Policy } from '../policy/policy.ts'
import { limitOn, touched } from './limits.ts'

/** The guards that need no look at the stack, in order: why the target may not be repaired now, if so. */
export function refuse(moment: Moment, target: PolicyTarget): Refusal | undefined {
  return (
    maintained(moment, target) ?? busy(moment.state, target) ?? coolingDown(moment, target) ?? exhausted(moment, target)
  )
}

/** What guards decide by. */
export interface Moment {
  state: State
  policy: Policy
  nowMs: number
}

/** A guard's no. With `untilMs` it is worth asking again then; `final`: this incident's repair is given up. */
export interface Refusal {
  guard: Suppression
  detail: string
  untilMs?: number
  final?: true
}

export function maintained({ state, nowMs }: Moment, { service }: PolicyTarget): Refusal | undefined {
  const { silences } = state
  const inForce = (silence: Silence | undefined) =>
    silence !== undefined && silence.untilMs > nowMs ? silence : undefined
  const silence = inForce(silences.get(service)) ?? inForce(silences.get('*'))
  if (silence === undefined) return undefined
  const detail = `maintenance of ${silence.service === '*' ? 'everything' : silence.service}: ${silence.why}`
  return { guard: 'maintenance', detail, untilMs: silence.untilMs }
}

/** One repair of a target at a time, its verification included. */
export function busy(state: State, target: PolicyTarget): Refusal | undefined {
  for (const incident of state.busy) {
    const attempt = incident.attempts.at(-1)
    if (attempt === undefined || attempt.notifies || !isAtWork(incident)) continue
    if (overlaps(touched(attempt), target)) {
      return { guard: 'target_busy', detail: `incident #${incident.number}: ${attempt.action} ${attempt.target}` }
    }
  }
  return undefined
}

export function coolingDown({ state, policy, nowMs }: Moment, target: PolicyTarget): Refusal | undefined {
  const { cooldownMs } = policy.guards
  const last = state.repairs.findLast((repair) => repair.endedAtMs !== undefined && overlaps(touched(repair), target))
  const untilMs = (last?.endedAtMs ?? Number.NEGATIVE_INFINITY) + cooldownMs
  if (untilMs <= nowMs) return undefined
  const detail = `cooldown of ${formatDuration(cooldownMs)} after the last action on ${last?.target}`
  return { guard: 'cooldown', detail, untilMs }
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
 * Whether taking down the next replica of the target would leave too few. A replica that is not healthy can always be repaired:
 * that leaves no fewer.
 */
export function belowQuorum(
  { quorum }: Guards,
  target: PolicyTarget,
  replicas: readonly Replica[],
): Refusal | undefined {
  const taken = replicas.filter(({ id }) => target.replica === undefined || id === target.replica)
  if (taken.some(({ state }) => state !== 'healthy')) return undefined
  const healthy = replicas.filter(({ state }) => state === 'healthy').length
  const floor = floorOf(quorum[target.service] ?? quorum.default, replicas.length)
  if (healthy - 1 >= floor) return undefined
  return {
    guard: 'quorum',
    detail: `${healthy} of ${replicas.length} replicas of ${target.service} are healthy, ${floor} must remain`,
  }
}

function exhausted({ state, policy, nowMs }: Moment, target: PolicyTarget): Refusal | undefined {
  const limit = limitOn({ repairs: state.repairs, guards: policy.guards, nowMs }, target)
  return limit && { guard: limit.guard, detail: limit.detail, final: true }
}

function isAtWork({ phase, tried }: Incident): boolean {
  return phase === 'acting' || (phase === 'verifying' && tried)
}

function floorOf(floor: Floor | undefined, replicas: number): number {
  if (floor === undefined) return 0
  return 'replicas' in floor ? floor.replicas : Math.floor(floor.ratio * replicas)
}
