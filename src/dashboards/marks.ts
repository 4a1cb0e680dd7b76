import { alerts } from './selectors.ts'

/** What stands behind the graphs of every dashboard, as Prometheus has it: drills under way, faults in force, alerts that fire. */
export const marks = {
  drill: { expr: 'max by (drill) (firedrill_drill_running) > 0', title: '{{drill}}' },
  fault: { expr: 'max by (fault, service, replica) (firedrill_fault_active) > 0', title: '{{fault}} {{replica}}' },
  alert: {
    expr: `max by (alertname, service, instance, severity) (${alerts('firing')})`,
    title: '{{alertname}} {{instance}}',
  },
} as const satisfies Record<string, { expr: string; title: string }>
