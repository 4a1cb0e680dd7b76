import type { FaultDefinition } from '../faults/fault.ts'
import { faults } from '../faults/faults.ts'
import { latest, uniform } from './clocks/floor.ts'
import type { FaultStep, MethodStep } from './file/method-step.ts'
import type { Span } from './journal/schema/floor.ts'

/** With its configuration Prometheus forgets where Alertmanager is; it looks every 5 s, a constant of its own. */
const DISCOVERY_MS = 5_000

/** How long, from the first fault on, the faults of a method themselves let no alert through to the responder. */
export function notificationOutage(method: readonly MethodStep[]): Span {
  return method.flatMap((step) => (step.kind === 'fault' ? [outageOf(step)] : [])).reduce(latest, uniform(0))
}

/** A Prometheus or Alertmanager that is down closes nothing: the responder knows by the Watchdog's silence. */
function outageOf({ fault, target, forMs }: FaultStep): Span {
  const { needs, silences }: Pick<FaultDefinition, 'needs' | 'silences'> = faults[fault]
  if (needs.includes('rules')) return uniform(DISCOVERY_MS)
  if (silences !== true || target.service !== 'responder') return uniform(0)
  return { minMs: forMs, meanMs: forMs, maxMs: forMs }
}
