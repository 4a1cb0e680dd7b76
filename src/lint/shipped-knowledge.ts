import type { Profile } from '../stack/profile.ts'
import { catalog, type MetricDefinition } from '../telemetry/catalog.ts'
import { exporterSeries } from './exporter-series.ts'
import type { Knowledge, KnownSeries } from './knowledge.ts'

/** Labels that Prometheus gives every sample of a part, and of a probe. */
const TARGET = ['job', 'instance', 'service', 'kind']
const PROBE = ['job', 'instance', 'probed']
/** What Prometheus writes about each scrape. */
const OF_A_SCRAPE = ['up', 'scrape_duration_seconds', 'scrape_samples_scraped']
/** The limit that the stack sets. */
const RETENTION_MS = 7 * 24 * 3_600_000

/** What is known of a stack without asking one: what its services declare, and what its exporters have. */
export function shippedKnowledge({ timing }: Profile): Knowledge {
  const series = new Map<string, KnownSeries>()
  const add = (name: string, labels: readonly string[], everyMs: number) => {
    const before = series.get(name)
    series.set(name, {
      labels: new Set([...(before?.labels ?? []), ...labels]),
      everyMs: Math.min(everyMs, before?.everyMs ?? Number.POSITIVE_INFINITY),
    })
  }
  for (const [name, metric] of Object.entries(catalog) as [string, MetricDefinition][]) {
    for (const [one, own] of namesOf(name, metric)) add(one, [...TARGET, ...own], timing.scrapeMs)
  }
  for (const [source, text] of Object.entries(exporterSeries)) {
    const everyMs = source === 'node processes' ? timing.scrapeMs : timing.exporterScrapeMs
    for (const [name, own] of readTable(text))
      add(name, [...(source === 'blackbox probes' ? PROBE : TARGET), ...own], everyMs)
  }
  for (const name of OF_A_SCRAPE) add(name, [...TARGET, ...PROBE], timing.scrapeMs)
  return { series, retentionMs: RETENTION_MS }
}

function namesOf(name: string, metric: MetricDefinition): [string, readonly string[]][] {
  if (metric.type !== 'histogram') return [[name, metric.labels]]
  return [
    [`${name}_bucket`, [...metric.labels, 'le']],
    [`${name}_sum`, metric.labels],
    [`${name}_count`, metric.labels],
  ]
}

function readTable(text: string): [string, string[]][] {
  return text
    .replace(/\n {2}/g, ' ')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [labels = '', names = ''] = line.split(': ')
      return names.split(' ').map((name): [string, string[]] => [name, labels === '' ? [] : labels.split(',')])
    })
}
