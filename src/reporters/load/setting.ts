import type { LoadSetting, LoadState } from '../../load/result/result.ts'
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

/** "4 threads", "4 threads of 2 workers". */
export function describeThreads({
  setting: { threads },
  workers = [],
}: Pick<LoadState, 'setting' | 'workers'>): string {
  const of = workers.length === 0 ? '' : ` of ${workers.length} worker${workers.length === 1 ? '' : 's'}`
  return `${threads} thread${threads === 1 ? '' : 's'}${of}`
}
