import type { LoadSetting } from '../../load/result/result.ts'
import { amountPerSecond } from '../text/amounts.ts'

/** What a run does, in a few words: "100 users, 10/s more", "500/s, spike". */
export function describePlan({ plan }: LoadSetting): string {
  return plan.model === 'closed'
    ? `${plan.users} user${plan.users === 1 ? '' : 's'}, ${amountPerSecond(plan.spawnRatePerSecond)} started`
    : `${amountPerSecond(plan.ratePerSecond)}, ${plan.shape}`
}

export function describeTarget({ origins }: LoadSetting): string {
  return origins.length === 1 ? origins[0] : `${origins[0]} and ${origins.length - 1} more`
}
