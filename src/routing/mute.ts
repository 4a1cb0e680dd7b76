import type { Route, Routing } from './routing.ts'
import { isWithin } from './time-interval.ts'

/** Why a route does not notify at that moment (epoch milliseconds); `undefined` when it does. */
export function whyMuted(
  { mutedIn, activeIn }: Pick<Route, 'mutedIn' | 'activeIn'>,
  { intervals }: Pick<Routing, 'intervals'>,
  atMs: number,
): string | undefined {
  const isIn = (name: string) => (intervals.get(name) ?? []).some((interval) => isWithin(interval, atMs))
  const muting = mutedIn.find(isIn)
  if (muting !== undefined) return `muted in ${muting}`
  return activeIn.length === 0 || activeIn.some(isIn) ? undefined : `active only in ${activeIn.join(', ')}`
}
