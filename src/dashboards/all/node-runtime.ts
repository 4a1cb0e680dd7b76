import { BytesIEC, NoUnit, OpsPerSecond, PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import { graph } from '../panels/graph.ts'
import { chosen, rate } from '../selectors.ts'

/** Node.js in each service: memory, garbage collection, event loop. */

const INSTANCE = '{{instance}}'
const each = (metric: string) => `max by (instance) (${metric}{${chosen}})`

/**
 * The targets have a label `kind`, too: Prometheus calls that of the collector `exported_kind`, except where a target's own labels
 * are kept, as those of control are.
 */
const byKind = (metric: string) => [
  {
    expr: rate(`${metric}{${chosen},exported_kind!=""}`, 'instance, exported_kind'),
    legend: `${INSTANCE} {{exported_kind}}`,
  },
  { expr: rate(`${metric}{${chosen},exported_kind=""}`, 'instance, kind'), legend: `${INSTANCE} {{kind}}` },
]

export const nodeRuntime: DashboardSpec = {
  uid: 'firedrill-node',
  title: 'Node.js',
  description: 'Event loop, memory and garbage collection of every process of ours.',
  tags: ['services', 'runtime'],
  choices: { series: 'nodejs_eventloop_lag_seconds', labels: ['service', 'instance'] },
  rows: {
    'Event loop': [
      graph({
        title: 'Event loop lag p99',
        description:
          'How late the event loop comes to a timer, one in a hundred times. Every request waits at least this long then.',
        unit: Seconds,
        min: 0,
        limits: { warn: 0.1, bad: 0.5 },
        queries: [{ expr: each('nodejs_eventloop_lag_p99_seconds'), legend: INSTANCE }],
      }),
      graph({
        title: 'Event loop lag p50',
        description:
          'How late the event loop comes to a timer, half of the times; about the resolution of the measurement when idle.',
        unit: Seconds,
        min: 0,
        queries: [{ expr: each('nodejs_eventloop_lag_p50_seconds'), legend: INSTANCE }],
      }),
      graph({
        title: 'Event loop utilisation',
        description: 'Share of the time in which the event loop works. Near one, the process can do no more.',
        unit: PercentUnit,
        min: 0,
        max: 1,
        limits: { warn: 0.8, bad: 0.95 },
        queries: [{ expr: rate(`nodejs_eventloop_active_seconds_total{${chosen}}`, 'instance'), legend: INSTANCE }],
      }),
      graph({
        title: 'CPU',
        description: 'Cores in use; more than the event loop when threads compress, hash or collect garbage.',
        unit: NoUnit,
        decimals: 2,
        min: 0,
        queries: [{ expr: rate(`process_cpu_seconds_total{${chosen}}`, 'instance'), legend: INSTANCE }],
      }),
    ],
    Memory: [
      graph({
        title: 'Heap in use',
        description:
          'JavaScript objects, alive or not yet collected. A saw tooth is well; a floor that rises is a leak.',
        unit: BytesIEC,
        min: 0,
        queries: [{ expr: each('nodejs_heap_size_used_bytes'), legend: INSTANCE }],
      }),
      graph({
        title: 'Heap reserved',
        description: 'What the engine holds for JavaScript objects.',
        unit: BytesIEC,
        min: 0,
        queries: [{ expr: each('nodejs_heap_size_total_bytes'), legend: INSTANCE }],
      }),
      graph({
        title: 'Resident memory',
        description: 'Memory of the whole process, as the operating system counts it.',
        unit: BytesIEC,
        min: 0,
        queries: [{ expr: each('process_resident_memory_bytes'), legend: INSTANCE }],
      }),
      graph({
        title: 'External memory',
        description: 'Buffers and other memory outside of the heap that JavaScript objects hold.',
        unit: BytesIEC,
        min: 0,
        queries: [{ expr: each('nodejs_external_memory_bytes'), legend: INSTANCE }],
      }),
    ],
    'Garbage collection and handles': [
      graph({
        title: 'Time in garbage collection',
        description: 'Share of the time, by kind of collection. Nothing else runs meanwhile.',
        unit: PercentUnit,
        min: 0,
        limits: { bad: 0.1 },
        queries: byKind('nodejs_gc_duration_seconds_sum'),
      }),
      graph({
        title: 'Garbage collections',
        description: 'Collections per second, by kind. Minor ones are cheap and frequent, major ones are not.',
        unit: OpsPerSecond,
        min: 0,
        queries: byKind('nodejs_gc_duration_seconds_count'),
      }),
      graph({
        title: 'Open files',
        description: 'File descriptors, sockets included.',
        unit: NoUnit,
        min: 0,
        queries: [{ expr: each('process_open_fds'), legend: INSTANCE }],
      }),
      graph({
        title: 'Active resources',
        description: 'Sockets, timers and requests that keep the process alive.',
        unit: NoUnit,
        min: 0,
        queries: [{ expr: `sum by (instance) (nodejs_active_resources{${chosen}})`, legend: INSTANCE }],
      }),
    ],
  },
}
