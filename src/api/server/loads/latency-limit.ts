import { readThresholds } from '../../../load/result/thresholds.ts'

/** The latency that a threshold allows to all endpoints together, in milliseconds; null for any other threshold. */
export function latencyLimitOf(text: string): number | null {
  try {
    const [threshold] = readThresholds([text])
    if (threshold === undefined || threshold.endpoint !== undefined || !threshold.operator.startsWith('<')) return null
    return OTHERS.includes(threshold.metric) ? null : threshold.value
  } catch {
    // A text of another version of Firedrill.
    return null
  }
}

/** What is no latency. */
const OTHERS: readonly string[] = ['errors', 'checks', 'rate']
