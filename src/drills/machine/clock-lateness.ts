import { formatLabels, type Prometheus, type Series } from '../../probes/prometheus.ts'
import type { ClockLateness } from '../journal/schema/machine.ts'

/** How late the clocks of the monitoring and of the services were. */

const LOOK_TIMEOUT_MS = 2_000
/** What is later than this, in milliseconds, is reported. */
const NOTABLE_MS = 50
const MOST_CLOCKS = 10

/** How late Prometheus scraped, and the services' own event loops were; the latest first. What cannot be read is left out. */
export async function readClockLateness(
  prometheus: Prometheus,
  { fromMs, nowMs }: { fromMs: number; nowMs: number },
): Promise<ClockLateness[]> {
  const windowMs = Math.max(1, nowMs - fromMs)
  const options = { timeoutMs: LOOK_TIMEOUT_MS }
  const [scrapes, loops] = await Promise.all([
    prometheus.samples('up', windowMs, options).catch(() => []),
    prometheus.samples('nodejs_eventloop_lag_p99_seconds', windowMs, options).catch(() => []),
  ])
  return [
    ...scrapes.map((one) => ({ clock: `scrapes of ${nameOf(one)}`, lateMs: latestScrapeMs(one) })),
    ...loops.map((one) => ({ clock: `event loop of ${nameOf(one)} (p99)`, lateMs: worstMs(one) })),
  ]
    .filter(({ lateMs }) => lateMs >= NOTABLE_MS)
    .sort((a, b) => b.lateMs - a.lateMs)
    .slice(0, MOST_CLOCKS)
}

/** By how much the longest pause between two scrapes is longer than the usual one. */
export function latestScrapeMs({ samples }: Series): number {
  const pauses = samples.slice(1).map(({ atMs }, index) => atMs - (samples[index]?.atMs ?? atMs))
  const [usual = 0] = pauses.toSorted((a, b) => a - b).slice(Math.floor((pauses.length - 1) / 2))
  return Math.round(Math.max(0, ...pauses) - usual)
}

function worstMs({ samples }: Series): number {
  const values = samples.map(({ value }) => value).filter(Number.isFinite)
  return Math.round(Math.max(0, ...values) * 1_000)
}

function nameOf({ labels }: Series): string {
  return labels.instance ?? labels.service ?? formatLabels(labels)
}
