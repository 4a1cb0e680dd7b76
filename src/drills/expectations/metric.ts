import { Type } from '#typebox'
import { formatLabels } from '../../probes/prometheus.ts'
import { type Evidence, earliestMs } from '../evidence/evidence.ts'
import { metricText, readMetricCheck } from '../evidence/expected.ts'
import { ComparisonText, closed, Duration, Metric } from '../fields.ts'
import { whyRefused } from '../plan-context.ts'
import { defineExpectation } from './expectation.ts'

/** A sample of the expression passes. */
export const metric = defineExpectation({
  kind: 'metric',
  schema: Type.Object({ metric: Metric, is: ComparisonText, within: Duration('Bound of the sample') }, closed),
  build(entry) {
    const check = readMetricCheck(entry)
    const watched = ({ observations }: Evidence) => observations.metrics.find(({ text }) => text === metricText(check))
    return {
      text: `seen: ${metricText(check)}`,
      watches: [check],
      see(evidence) {
        const { hit, last } = watched(evidence) ?? {}
        if (hit !== undefined && hit.atMs >= earliestMs(evidence))
          return { atMs: hit.atMs, text: `a sample of ${hit.value}` }
        return {
          atMs: null,
          text: last === undefined ? 'no sample at all' : `no such sample; the last was ${last.value}`,
        }
      },
      // Every change up to the sample that counted.
      samples(evidence) {
        const { changes = [], hit, passes } = watched(evidence) ?? {}
        const untilMs = hit?.atMs ?? Number.POSITIVE_INFINITY
        return changes
          .filter(({ atMs }) => atMs <= untilMs)
          .map(({ atMs, value, labels }) => ({
            atMs,
            source: `${check.metric.replace(/\{.*\}$/s, '')}${formatLabels(labels)}`,
            // JSON has no NaN and no infinities.
            value: Number.isFinite(value) ? value : String(value),
            passes: passes?.(value) === true && atMs >= earliestMs(evidence),
          }))
      },
      floor: ({ floor }) => floor.seen,
      whyImpossible: (context) => whyRefused(check.metric, context),
    }
  },
})
