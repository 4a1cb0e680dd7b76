import { parseDuration } from '../base/units/duration.ts'
import type { Knowledge, KnownSeries } from '../lint/knowledge/knowledge.ts'
import { distinct, type LabelSet, labelSet, UNKNOWN } from '../lint/shape/label-set.ts'
import { PRESENT } from '../lint/shape/label-values.ts'
import { POSITIVE, YES_OR_NO } from '../lint/shape/span.ts'
import { notServed } from './errors.ts'
import type { Labels, Prometheus } from './prometheus.ts'

/** What lint knows of a running Prometheus. */

/** Long enough to include series that come and go, short enough that removed alerts are gone. */
const SINCE_MS = 5 * 60_000
/** Where only the size is limited, the time is unlimited. */
const FOR_EVER_MS = Number.POSITIVE_INFINITY
/** For a series that no target has but a rule records; the rule's own interval counts. */
const UNKNOWN_INTERVAL_MS = 0

/** What a running Prometheus knows: every series with its labels, and how often each is scraped. */
export async function readKnowledge(
  prometheus: Prometheus,
  options: { timeoutMs: number; signal?: AbortSignal; nowMs: number },
): Promise<Knowledge> {
  const [sets, targets, declared, flags, retentionMs = FOR_EVER_MS] = await Promise.all([
    prometheus.series('{__name__!=""}', options.nowMs - SINCE_MS, options),
    prometheus.targets(options),
    prometheus.metadata(options).catch(notServed),
    prometheus.flags(options).catch(notServed),
    prometheus.retentionMs(options).catch(notServed),
  ])
  const everyMs = new Map(targets.map((target) => [keyOf(target.labels), target.everyMs]))
  const series = new Map<
    string,
    KnownSeries & { labels: Set<string>; sets: NonNullable<KnownSeries['sets']> & object[] }
  >()
  for (const { __name__: name = '', ...labels } of sets) {
    const known = series.get(name) ?? { labels: new Set(), everyMs: UNKNOWN_INTERVAL_MS, sets: [] }
    for (const label of Object.keys(labels)) known.labels.add(label)
    const ownMs = everyMs.get(keyOf(labels)) ?? UNKNOWN_INTERVAL_MS
    known.sets.push({ labels, everyMs: ownMs })
    known.everyMs = known.everyMs === UNKNOWN_INTERVAL_MS ? ownMs : Math.min(known.everyMs, ownMs)
    series.set(name, known)
  }
  const lookbackMs = parseDuration(flags?.['query.lookback-delta'] ?? '')
  return {
    series: withDeclared(series, declared ?? new Map()),
    retentionMs,
    targets: targets.map(({ labels }) => labels),
    ...(lookbackMs !== undefined && { lookbackMs }),
  }
}

/** With what targets declare: a counter of errors has no series before the first error. */
function withDeclared(
  found: ReadonlyMap<string, KnownSeries>,
  declared: ReadonlyMap<string, string>,
): Knowledge['series'] {
  const series = new Map<string, KnownSeries>()
  for (const [name, known] of found) series.set(name, { ...known, variants: variantsOf(known.sets ?? []) })
  for (const [family, type] of declared) {
    for (const name of namesOf(family, type)) {
      const known = series.get(name) ?? { labels: new Set(), everyMs: UNKNOWN_INTERVAL_MS, variants: [UNKNOWN] }
      const isPositive = type === 'counter' || /_(bucket|count)$/.test(name)
      series.set(name, isPositive ? { ...known, span: POSITIVE } : known)
    }
  }
  const up = series.get('up')
  if (up !== undefined) series.set('up', { ...up, span: YES_OR_NO })
  return series
}

function namesOf(family: string, type: string): string[] {
  if (type === 'histogram') return [`${family}_bucket`, `${family}_sum`, `${family}_count`]
  if (type === 'summary') return [family, `${family}_sum`, `${family}_count`]
  // OpenMetrics declares a family, and its series end otherwise; the older text format declares the series.
  const ending = type === 'counter' ? '_total' : type === 'info' ? '_info' : ''
  return ending === '' || family.endsWith(ending) ? [family] : [family, `${family}${ending}`]
}

/** The labels of all series of one name; their values may change at any time. */
function variantsOf(sets: readonly { labels: Labels }[]): readonly LabelSet[] {
  const byNames = new Map(sets.map(({ labels }) => [Object.keys(labels).sort().join(' '), Object.keys(labels)]))
  return distinct([...byNames.values()].map((labels) => labelSet(labels.map((label) => [label, PRESENT]))))
}

const keyOf = ({ job = '', instance = '' }: Labels) => `${job} ${instance}`
