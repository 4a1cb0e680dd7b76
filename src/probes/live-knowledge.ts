import type { Knowledge, KnownSeries } from '../lint/knowledge.ts'
import type { Labels, Prometheus } from './prometheus.ts'

/** Long enough that a series which comes and goes has been there; alerts that were and are no more have left. */
const SINCE_MS = 5 * 60_000
/** Where only the size is limited, time is not. */
const FOR_EVER_MS = Number.POSITIVE_INFINITY
/** Of a series that no target scrapes but a rule records; the rule itself says how often. */
const UNKNOWN_INTERVAL_MS = 0

/** What a running Prometheus knows: every series with its labels, and how often each is scraped. */
export async function readKnowledge(
  prometheus: Prometheus,
  options: { timeoutMs: number; signal?: AbortSignal; nowMs: number },
): Promise<Knowledge> {
  const [sets, targets, retentionMs = FOR_EVER_MS] = await Promise.all([
    prometheus.series('{__name__!=""}', options.nowMs - SINCE_MS, options),
    prometheus.targets(options),
    prometheus.retentionMs(options),
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
  return { series, retentionMs }
}

const keyOf = ({ job = '', instance = '' }: Labels) => `${job} ${instance}`
