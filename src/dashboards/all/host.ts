import {
  BytesIEC,
  BytesPerSecondIEC,
  CountsPerSecond,
  NoUnit,
  PercentUnit,
} from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import type { Query } from '../panel.ts'
import { figure } from '../panels/figure.ts'
import { graph } from '../panels/graph.ts'

/** The machine that the stack runs on. */

const here = 'instance=~"$instance"'
const exporter = (expr: string, legend: string): Query => ({ expr, legend, exporter: true })

const idle = `avg by (instance) (rate(node_cpu_seconds_total{${here},mode="idle"}[$__rate_interval]))`
const memoryFree = `node_memory_MemAvailable_bytes{${here}}`
const memoryAll = `node_memory_MemTotal_bytes{${here}}`
const realFiles = `${here},fstype!~"tmpfs|overlay|squashfs|ramfs"`
const realNetworks = `${here},device!="lo"`

export const host: DashboardSpec = {
  uid: 'firedrill-host',
  title: 'Host',
  description: 'The machine everything runs on: CPU, memory, disk and network, by the node exporter.',
  tags: ['host'],
  choices: { series: 'node_cpu_seconds_total', labels: ['instance'] },
  rows: {
    'At a glance': [
      figure({
        title: 'CPU busy',
        description: 'Share of all cores that does something.',
        unit: PercentUnit,
        width: 6,
        min: 0,
        max: 1,
        limits: { warn: 0.8, bad: 0.95 },
        queries: [exporter(`1 - ${idle}`, '{{instance}}')],
      }),
      figure({
        title: 'Memory in use',
        description: 'Share of the memory that is not available to a program that asks for it.',
        unit: PercentUnit,
        width: 6,
        min: 0,
        max: 1,
        limits: { warn: 0.85, bad: 0.95 },
        queries: [exporter(`1 - ${memoryFree} / ${memoryAll}`, '{{instance}}')],
      }),
      figure({
        title: 'Load per core',
        description:
          'Programs that run or wait to, over the last minute, for each core. Above one they wait for each other.',
        unit: NoUnit,
        decimals: 2,
        width: 6,
        limits: { warn: 1, bad: 2 },
        queries: [
          exporter(
            `node_load1{${here}} / on (instance) count by (instance) (node_cpu_seconds_total{${here},mode="idle"})`,
            '{{instance}}',
          ),
        ],
      }),
      figure({
        title: 'Fullest file system',
        description: 'Share in use of the file system that is fullest.',
        unit: PercentUnit,
        width: 6,
        min: 0,
        max: 1,
        limits: { warn: 0.85, bad: 0.95 },
        queries: [
          exporter(
            `max by (instance) (1 - node_filesystem_avail_bytes{${realFiles}} / node_filesystem_size_bytes{${realFiles}})`,
            '{{instance}}',
          ),
        ],
      }),
    ],
    'CPU and memory': [
      graph({
        title: 'CPU by mode',
        description: 'Cores in use by what they do; waiting for the disk is iowait.',
        unit: NoUnit,
        min: 0,
        stacked: true,
        queries: [
          exporter(
            `sum by (instance, mode) (rate(node_cpu_seconds_total{${here},mode!="idle"}[$__rate_interval]))`,
            '{{instance}} {{mode}}',
          ),
        ],
      }),
      graph({
        title: 'Memory',
        description: 'Memory of the machine, and how much of it is available to a program that asks for it.',
        unit: BytesIEC,
        min: 0,
        queries: [exporter(memoryAll, '{{instance}} total'), exporter(memoryFree, '{{instance}} available')],
      }),
      graph({
        title: 'Load',
        description: 'Programs that run or wait to, averaged over one, five and fifteen minutes.',
        unit: NoUnit,
        min: 0,
        queries: [1, 5, 15].map((minutes) => exporter(`node_load${minutes}{${here}}`, `{{instance}} ${minutes} min`)),
      }),
      graph({
        title: 'Swapping',
        description: 'Pages read from and written to swap, per second. Anything for long means that memory is short.',
        unit: CountsPerSecond,
        min: 0,
        queries: [
          exporter(`rate(node_vmstat_pswpin{${here}}[$__rate_interval])`, '{{instance}} in'),
          exporter(`rate(node_vmstat_pswpout{${here}}[$__rate_interval])`, '{{instance}} out'),
        ],
      }),
    ],
    'Disk and network': [
      graph({
        title: 'Disk throughput',
        description: 'Bytes per second by disk.',
        unit: BytesPerSecondIEC,
        min: 0,
        queries: [
          exporter(
            `sum by (instance, device) (rate(node_disk_read_bytes_total{${here}}[$__rate_interval]))`,
            '{{instance}} {{device}} read',
          ),
          exporter(
            `sum by (instance, device) (rate(node_disk_written_bytes_total{${here}}[$__rate_interval]))`,
            '{{instance}} {{device}} written',
          ),
        ],
      }),
      graph({
        title: 'Network',
        description: 'Bytes per second by device. What services of one machine say to each other does not pass here.',
        unit: BytesPerSecondIEC,
        min: 0,
        queries: [
          exporter(
            `sum by (instance, device) (rate(node_network_receive_bytes_total{${realNetworks}}[$__rate_interval]))`,
            '{{instance}} {{device}} in',
          ),
          exporter(
            `sum by (instance, device) (rate(node_network_transmit_bytes_total{${realNetworks}}[$__rate_interval]))`,
            '{{instance}} {{device}} out',
          ),
        ],
      }),
    ],
  },
}
