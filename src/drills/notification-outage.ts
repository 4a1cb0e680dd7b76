import type { FaultDefinition } from '../faults/fault.ts'
import { faults } from '../faults/faults.ts'
import { latest, uniform } from './clocks/floor.ts'
import type { FaultStep, MethodStep } from './file/method-step.ts'
import type { Span } from './journal/schema/floor.ts'

/** How long, from the first fault on, the faults of a method themselves keep notifications from the responder. */
export function notificationOutage(method: readonly MethodStep[]): Span {
  return method.flatMap((step) => (step.kind === 'fault' ? [outageOf(step)] : [])).reduce(latest, uniform(0))
}

/** When its configuration is read again, Prometheus has to find Alertmanager again; it looks every 5 s, a constant of its own. */
const DISCOVERY_MS = 5_000

/** A Prometheus or Alertmanager that is down is no outage here: the responder knows it because the Watchdog is silent. */
function outageOf({ fault, target, forMs }: FaultStep): Span {
  const { needs, silences }: Pick<FaultDefinition, 'needs' | 'silences'> = faults[fault]
  if (needs.includes('rules')) return uniform(DISCOVERY_MS)
  if (silences !== true || target.service !== 'responder') return uniform(0)
  return { minMs: forMs, meanMs: forMs, maxMs: forMs }
}
