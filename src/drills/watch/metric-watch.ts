import { messageOf } from '../../base/errors.ts'
import { holds } from '../../probes/comparison.ts'
import { isSelector, type Prometheus, type Series } from '../../probes/prometheus.ts'
import { type MetricCheck, metricText } from '../evidence/expected.ts'
import type { WatchedMetric } from '../evidence/observations.ts'
import type { Drill } from '../file/drill.ts'

/** Which metrics a run watches. */

const LOOK_TIMEOUT_MS = 2_000

/**
 * What is watched for `seen`: the metrics that are expected, in order; without any, the metrics of the steady state, for the
 * first value that is not as it must be.
 */
export function metricsToWatch(drill: Drill): WatchedMetric[] {
  const expected = drill.expectations.flatMap(({ watches = [] }) => watches.map(watched))
  if (expected.length > 0) return expected
  return drill.steadyState.flatMap((one) => {
    if (one.kind !== 'metric') return []
    const text = `not ${metricText(one)}`
    return [{ metric: one.metric, text, passes: (value: number) => !holds(one.is, value), afterMs: 0, changes: [] }]
  })
}

function watched(check: MetricCheck): WatchedMetric {
  return {
    metric: check.metric,
    text: metricText(check),
    passes: (value) => holds(check.is, value),
    afterMs: 0,
    changes: [],
  }
}

/**
 * Marks the samples there are before the fault, so that only later ones count. Returns what holds already: an expectation
 * that does proves nothing.
 */
export async function markBeforeFault(
  metrics: readonly WatchedMetric[],
  prometheus: Prometheus,
  options: { lookbackMs: number; signal?: AbortSignal | undefined },
): Promise<string[]> {
  const findings = await Promise.all(
    metrics.map(async (metric) => {
      try {
        const latest = await latestSamples(metric.metric, prometheus, options)
        metric.afterMs = latest.length === 0 ? Date.now() : Math.max(...latest.map(({ atMs }) => atMs))
        return latest.some(({ value }) => metric.passes(value)) ? [`${metric.text} before any fault`] : []
      } catch (error) {
        options.signal?.throwIfAborted()
        return [`${metric.metric}: ${messageOf(error)}`]
      }
    }),
  )
  return findings.flat()
}

async function latestSamples(
  expression: string,
  prometheus: Prometheus,
  { lookbackMs, signal }: { lookbackMs: number; signal?: AbortSignal | undefined },
): Promise<Series['samples']> {
  const bounded = { timeoutMs: LOOK_TIMEOUT_MS, signal }
  if (!isSelector(expression)) return prometheus.query(expression, bounded)
  const series = await prometheus.samplesOfEach(expression, lookbackMs, bounded)
  return series.flatMap(({ samples }) => samples.slice(-1))
}
