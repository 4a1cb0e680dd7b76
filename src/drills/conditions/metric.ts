import { Type } from '#typebox'
import { messageOf } from '../../base/errors.ts'
import { formatComparison, holds } from '../../probes/comparison.ts'
import { metricText, readMetricCheck } from '../evidence/expected.ts'
import { ComparisonText, closed, Duration, Metric } from '../fields.ts'
import { whyRefused } from '../plan-context.ts'
import { defineCondition } from './condition.ts'

/** The expression has a value that passes. */
export const metric = defineCondition({
  kind: 'metric',
  schema: Type.Object({ metric: Metric, is: ComparisonText, within: Duration('Longest wait') }, closed),
  build(entry) {
    const check = readMetricCheck(entry)
    return {
      text: metricText(check),
      expressions: [check.metric],
      async look({ prometheus }, signal) {
        try {
          const samples = await prometheus.query(check.metric, { timeoutMs: LOOK_TIMEOUT_MS, signal })
          const good = samples.find(({ value }) => holds(check.is, value))
          if (good !== undefined) return { met: true, seen: `${check.metric} is ${good.value}` }
          const last = samples.length === 0 ? 'no value' : samples.map(({ value }) => value).join(', ')
          return { met: false, seen: `${check.metric} is ${last}, not ${formatComparison(check.is)}` }
        } catch (error) {
          signal.throwIfAborted()
          return { met: false, seen: messageOf(error) }
        }
      },
      whyImpossible: (context) => whyRefused(check.metric, context),
    }
  },
})

const LOOK_TIMEOUT_MS = 1_000
