import type { MetricDefinition } from './metric-definition.ts'

/** Metrics of control: faults, drills, troubles. */
export const controlMetrics = {
  firedrill_fault_active: {
    type: 'gauge',
    help: 'Faults that are in force in a replica, as control holds them; 0 once they are over. Emitted by control.',
    labels: ['fault', 'service', 'replica'],
  },
  firedrill_faults_injected_total: {
    type: 'counter',
    help: 'Faults that were injected, by whether they are proved to have landed ("true" or "false"). Emitted by control.',
    labels: ['fault', 'service', 'landed'],
  },
  firedrill_drill_running: {
    type: 'gauge',
    help: 'Drills that are under way, 1 each; one that is over has no series. Emitted by control.',
    labels: ['drill'],
  },
  firedrill_trouble: {
    type: 'gauge',
    help: 'Troubles of control itself, by kind: "disk" (a disk is nearly full), "descriptors", "files" (a file cannot be written), "unexpected" (an unexpected error). Emitted by control.',
    labels: ['kind'],
  },
  firedrill_control_unexpected_errors_total: {
    type: 'counter',
    help: 'Errors that nobody foresaw and that control has survived. Emitted by control.',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>
