import type { Metrics } from '../../telemetry/metrics.ts'
import type { FaultView } from '../contract.ts'
import type { FaultListener } from './active-faults.ts'

/** Counts injections, and keeps for each target the number of faults that are in force; 0 once they are over. */
export function meterFaults(metrics: Metrics): FaultListener {
  const active = new Map<string, number>()
  const change = ({ fault, service, replica }: FaultView, by: number) => {
    const key = `${fault} ${replica}`
    if (!active.has(key))
      metrics.read('firedrill_fault_active', { fault, service, replica }, () => active.get(key) ?? 0)
    active.set(key, (active.get(key) ?? 0) + by)
  }
  return {
    injected: (view) => {
      const { fault, service, landing } = view
      metrics.counter('firedrill_faults_injected_total', { fault, service, landed: String(landing.landed) }).inc()
      change(view, 1)
    },
    ended: (view) => change(view, -1),
  }
}
