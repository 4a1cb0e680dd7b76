import { floorOf, livenessClock, type RunClocks } from './clocks/floor.ts'
import { clockFor } from './clocks/rule-clocks.ts'
import type { Drill } from './file/drill.ts'
import type { Floor } from './journal/schema/floor.ts'
import { notificationOutage } from './notification-outage.ts'

/** The floor of the first alert that the drill expects; without one, that of the liveness rules. */
export function drillFloor(
  { expectations, method }: Pick<Drill, 'expectations' | 'method'>,
  clocks: Pick<RunClocks, 'timing' | 'alertRules' | 'routing'>,
): Floor {
  const [first] = expectations.flatMap(({ alert }) => alert ?? [])
  const clock = first === undefined ? livenessClock(clocks.timing) : clockFor(first, clocks)
  return floorOf(clocks.timing, clock, notificationOutage(method))
}
