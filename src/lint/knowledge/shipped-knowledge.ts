import type { Part } from '../../stack/part.ts'
import type { Profile, Timing } from '../../stack/profile.ts'
import { describeStack } from '../../stack/topology.ts'
import { catalog } from '../../telemetry/catalog/catalog.ts'
import type { MetricDefinition } from '../../telemetry/catalog/metric-definition.ts'
import { type LabelSet, labelSet, namesIn } from '../shape/label-set.ts'
import { ANY, fitting, type LabelValues, oneOf, PRESENT } from '../shape/label-values.ts'
import { ANYTHING, exactly, hull, POSITIVE, type Span, YES_OR_NO } from '../shape/span.ts'
import { exporterSeries } from './exporter-series.ts'
import type { Knowledge, KnownSeries } from './knowledge.ts'
import { OF_A_SCRAPE } from './prometheus-series.ts'

/** What lint knows of the stack that ships, without a running Prometheus. */

/** The limit that the stack sets. */
const RETENTION_MS = 7 * 24 * 3_600_000

const known = new WeakMap<Profile, Knowledge>()

/** What is known of a stack without a query: what its services declare, and what its exporters have. */
export function shippedKnowledge(profile: Profile): Knowledge {
  const knowledge = known.get(profile) ?? knowledgeOf(profile)
  known.set(profile, knowledge)
  return knowledge
}

function knowledgeOf(profile: Profile): Knowledge {
  const { timing } = profile
  const series = new Map<string, KnownSeries>()
  const add = (target: Target, [name, own, more]: Emitted) => {
    const before = series.get(name)
    const variants = [...(before?.variants ?? []), variantOf(target, own, /_info$/.test(name) ? ANY : PRESENT)]
    series.set(name, {
      labels: namesIn(...variants),
      everyMs: Math.min(target.everyMs, before?.everyMs ?? Number.POSITIVE_INFINITY),
      variants,
      ...(more.span !== undefined && {
        span: before === undefined ? more.span : hull(before.span ?? ANYTHING, more.span),
      }),
      ...(more.lastBound !== undefined && { lastBound: more.lastBound }),
    })
  }
  // Grafana is part of a stack where it is available.
  const { parts } = describeStack(profile, undefined, { dashboards: new Map() })
  const targets = targetsOf(parts, timing)
  for (const target of targets.filter(({ source }) => source === OURS)) {
    for (const [name, metric] of Object.entries(catalog) as [string, MetricDefinition][]) {
      for (const emitted of seriesOf(name, metric)) add(target, emitted)
    }
  }
  for (const [source, text] of Object.entries(exporterSeries)) {
    for (const target of targets.filter((candidate) => sourcesOf(candidate).includes(source))) {
      for (const [name, own] of readTable(text)) add(target, [name, own, { span: spanByName(name) }])
    }
  }
  for (const target of targets) {
    for (const name of OF_A_SCRAPE) add(target, [name, [], { span: name === 'up' ? YES_OR_NO : POSITIVE }])
  }
  return { series, retentionMs: RETENTION_MS, lookbackMs: timing.lookbackMs }
}

/** A scrape target: the labels of all of its series, and the program that they come from. */
interface Target {
  labels: readonly (readonly [string, LabelValues])[]
  source: string
  everyMs: number
  /** With `honor_labels`: no label of its series is renamed because its target has the same one. */
  honored?: true
}

const OURS = 'node processes'
const PROBES = 'blackbox probes'
const GO = ['prometheus', 'alertmanager', 'node-exporter', 'blackbox-exporter', 'postgres-exporter', 'redis-exporter']

const sourcesOf = ({ source }: Target): string[] => (GO.includes(source) ? [source, 'go processes'] : [source])

function targetsOf(parts: readonly Part[], timing: Timing): Target[] {
  const replica = (name: string) => fitting(`${name}-\\d+`)
  const scraped = parts.flatMap(({ name, kind, metrics }): Target[] => {
    if (metrics === undefined) return []
    const labels = [
      ['job', oneOf(name)],
      ['service', oneOf(name)],
      ['kind', oneOf(kind)],
      ['instance', replica(name)],
    ] as const
    const source = GO.includes(name) || name === 'grafana' ? name : OURS
    return [{ labels, source, everyMs: timing[metrics.every] }]
  })
  const control = (['job', 'service', 'kind', 'instance'] as const).map((label) => [label, oneOf('control')] as const)
  const probes = (['probe-http_2xx', 'probe-tcp_connect'] as const).map((job): Target => {
    const isTcp = job === 'probe-tcp_connect'
    const probed = parts.filter((part) => (part.kind === 'storage') === isTcp && part.kind !== 'monitoring')
    const names = probed.map(({ name }) => name)
    const labels = [
      ['job', oneOf(job)],
      ['probed', oneOf(...names)],
      ['instance', fitting(`(${names.join('|')})-\\d+`)],
    ] as const
    return { labels, source: PROBES, everyMs: timing.exporterScrapeMs }
  })
  return [...scraped, { labels: control, source: OURS, everyMs: timing.scrapeMs, honored: true }, ...probes]
}

/** A label of its own may have any value, also one that its target has as well. */
function variantOf({ labels, honored }: Target, given: readonly string[], values: LabelValues): LabelSet {
  const own = honored ? given.map((label) => label.replace(/^exported_/, '')) : given
  const several = own.includes('le') ? ['le'] : []
  return labelSet([...labels, ...own.map((label) => [label, values] as const)], undefined, new Set(several))
}

/** A series that a target emits: its name, its own labels, and what is known of its values. */
type Emitted = [name: string, own: readonly string[], more: Pick<KnownSeries, 'span' | 'lastBound'>]

function seriesOf(name: string, metric: MetricDefinition): Emitted[] {
  if (metric.type !== 'histogram') {
    return [[name, metric.labels, { span: metric.type === 'counter' ? POSITIVE : spanByName(name) }]]
  }
  return [
    [`${name}_bucket`, [...metric.labels, 'le'], { span: POSITIVE, lastBound: Math.max(...metric.buckets) }],
    [`${name}_sum`, metric.labels, { span: POSITIVE }],
    [`${name}_count`, metric.labels, { span: POSITIVE }],
  ]
}

const YES_OR_NO_SERIES = new Set([
  'pg_up',
  'redis_up',
  'probe_success',
  'stock_stale',
  'stock_fetcher',
  'stock_breaker_state',
  'proxy_enabled',
  'firedrill_load_saturated',
  'prometheus_config_last_reload_successful',
  'alertmanager_config_last_reload_successful',
  'blackbox_exporter_config_last_reload_successful',
])

/** The values that a name allows, by its suffix. A gauge in bytes or seconds can be negative. */
function spanByName(name: string): Span {
  if (YES_OR_NO_SERIES.has(name)) return YES_OR_NO
  if (/_build_info$|^go_info$|^nodejs_version_info$/.test(name)) return exactly(1)
  return /_(total|bucket|count)$/.test(name) ? POSITIVE : ANYTHING
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
