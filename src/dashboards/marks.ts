import { alerts } from './selectors.ts'

/** What stands behind the graphs of every dashboard: faults in force and alerts that fire, as Prometheus has them. */
export const marks = {
  fault: { expr: 'max by (fault, service, replica) (firedrill_fault_active) > 0', title: '{{fault}} {{replica}}' },
  alert: {
    expr: `max by (alertname, service, instance, severity) (${alerts('firing')})`,
    title: '{{alertname}} {{instance}}',
  },
} as const satisfies Record<string, { expr: string; title: string }>
