import { type AlertDefinition, minute, scrapedLater } from './alert.ts'

/** Alerts about the machine that the stack runs on. */
export const host: readonly AlertDefinition[] = [
  {
    alert: 'HostHighCPU',
    seenOn: { dashboard: 'host', panel: 'CPU by mode' },
    severity: 'warning',
    labels: { service: 'host' },
    for: 10 * minute,
    expr: ({ range }) =>
      `1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[${range(2 * minute)}])) > 0.95`,
    shows: scrapedLater,
    summary: 'The machine has no CPU to spare',
    description: "{{ $value | humanizePercentage }} of the CPU time is in use: every latency is the machine's as well.",
  },
  {
    alert: 'HostLowMemory',
    seenOn: { dashboard: 'host', panel: 'Memory' },
    severity: 'critical',
    labels: { service: 'host' },
    for: 2 * minute,
    expr: () => 'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.1',
    shows: scrapedLater,
    summary: 'The machine is running out of memory',
    description:
      'Only {{ $value | humanizePercentage }} of the memory is available: the kernel will soon end a process.',
  },
]
