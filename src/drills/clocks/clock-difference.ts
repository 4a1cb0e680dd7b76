import { formatDuration } from '../../base/units/duration.ts'
import type { ProbeOptions } from '../../probes/json.ts'
import type { Prometheus } from '../../probes/prometheus.ts'

/**
 * The servers whose clock surely differs from that of this machine by more than a second, in sentences. Moments of both are compared:
 * of the fault, which is ours, and of samples and alerts, which are theirs.
 */
export async function clockDifferences(
  prometheus: Pick<Prometheus, 'clocks'>,
  options: ProbeOptions,
): Promise<string[]> {
  const read = await prometheus.clocks(options)
  return read.flatMap(({ url, atMs, askedAtMs, answeredAtMs }) => {
    // The question and the answer take time: only what is outside of both is a difference.
    const differenceMs = Math.max(atMs - answeredAtMs, askedAtMs - atMs)
    if (differenceMs <= MOST_DIFFERENCE_MS) return []
    const which = atMs > answeredAtMs ? 'ahead of' : 'behind'
    return [
      `the clock of Prometheus at ${url} is ${formatDuration(Math.round(differenceMs))} ${which} that of this machine`,
    ]
  })
}

const MOST_DIFFERENCE_MS = 1_000
