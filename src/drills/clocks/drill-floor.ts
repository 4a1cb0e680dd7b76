import type { Drill } from '../file/drill.ts'
import type { Floor } from '../journal/schema/floor.ts'
import { floorOf, livenessClock, type RunClocks } from './floor.ts'
import { notificationOutage } from './notification-outage.ts'
import { clockFor } from './rule-clocks.ts'

/** The floor of the first alert that the drill expects; without one, that of the liveness rules. */
export function drillFloor(
  { expectations, method }: Pick<Drill, 'expectations' | 'method'>,
  clocks: Pick<RunClocks, 'timing' | 'alertRules'>,
): Floor {
  const [first] = expectations.flatMap(({ alert }) => alert ?? [])
  const clock = first === undefined ? livenessClock(clocks.timing) : clockFor(first, clocks)
  return floorOf(clocks.timing, clock, notificationOutage(method))
}
