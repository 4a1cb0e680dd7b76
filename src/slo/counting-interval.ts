import { promDuration } from '../base/units/duration.ts'
import type { Objective } from './objective.ts'
import type { Clock } from './rules/rule-group.ts'

/** How often the events of an objective are counted. */

/** How often events are counted, in milliseconds of production time: two scrapes. */
export const COUNTING_STEP_MS = 30_000

/** The interval of a group whose values change with each count; undefined for Prometheus' own interval, as Sloth leaves it. */
export function countingInterval({ counting }: Objective, clock: Clock): { interval?: string } {
  return counting === 'counted' ? { interval: promDuration(clock.scale(COUNTING_STEP_MS)) } : {}
}
