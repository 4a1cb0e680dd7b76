import { faults } from '../faults/faults.ts'
import type { Way } from './floor.ts'
import type { FaultStep, MethodStep } from './method-step.ts'

/** With its configuration Prometheus forgets where Alertmanager is; it looks every 5 s, a constant of its own. */
const DISCOVERY_MS = 5_000

/** What the faults of a method do to the way that the alert on them takes. Times are from the first fault on. */
export function wayUnder(method: readonly MethodStep[]): Way {
  const steps = method.filter((step): step is FaultStep => step.kind === 'fault')
  const reloads = steps.some(({ fault }) => (faults[fault].needs as readonly string[]).includes('rules'))
  return { closedMs: Math.max(0, ...steps.map(closedMs)), searchMs: reloads ? DISCOVERY_MS : 0 }
}

/** A Prometheus or Alertmanager that is down closes nothing: the responder knows by the Watchdog's silence. */
function closedMs({ fault, target, forMs }: FaultStep): number {
  return (fault === 'stop' || fault === 'pause') && target.service === 'responder' ? forMs : 0
}
