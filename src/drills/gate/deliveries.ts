import type { AlertRule, Labels, Prometheus, Sample } from '../../probes/prometheus.ts'
import { deliveryMs, type Timing } from '../../stack/profile.ts'

/** Whether Alertmanager still tries a delivery that has failed. */

/** Alertmanager's counters of notifications that it gave up on, and of single tries that failed. */
const GIVEN_UP = 'alertmanager_notifications_failed_total'
const TRIES_FAILED = 'alertmanager_notification_requests_failed_total'

/** The longest pause after a first try that failed, in milliseconds, and how much longer each one is than the one before. */
const FIRST_PAUSE_MS = 750
const LONGER = 1.5

/** How long a delivery that fails may stay under way, in milliseconds, until Prometheus knows what came of it. */
export function deliveryKnownMs(timing: Timing): number {
  return deliveryMs(timing) + 2 * timing.exporterScrapeMs
}

/**
 * Deliveries that Alertmanager has failed at and may still give up on, as the label sets of their counter. Empty where no rule
 * fires on that. @throws FD_PROBE_UNREACHABLE, FD_PROBE_ANSWER
 */
export async function deliveriesUnderWay(
  prometheus: Prometheus,
  {
    alertRules,
    timing,
    ...options
  }: { alertRules: readonly AlertRule[]; timing: Timing; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<Labels[]> {
  if (!alertRules.some(({ expr }) => expr.includes(GIVEN_UP))) return []
  const series = await prometheus.samples(TRIES_FAILED, deliveryKnownMs(timing) + timing.exporterScrapeMs, options)
  return series.filter(({ samples }) => mayStillTry(samples, timing)).map(({ labels }) => labels)
}

/**
 * Whether a delivery of which a try failed may be tried again: by the samples of the counter of failed tries, oldest first. The more
 * tries have failed, the longer is the pause until the next one. Pure.
 */
export function mayStillTry(samples: readonly Sample[], timing: Timing): boolean {
  let failed = 0
  let failedAtMs = 0
  for (const [index, { atMs, value }] of samples.entries()) {
    const before = samples[index - 1]?.value ?? value
    // After a restart, Alertmanager no longer tries what it tried before.
    if (value < before) failed = 0
    if (value <= before) continue
    failed += value - before
    failedAtMs = atMs
  }
  const last = samples.at(-1)
  if (failed === 0 || last === undefined) return false
  const pauseMs = Math.min(deliveryMs(timing), FIRST_PAUSE_MS * LONGER ** (failed - 1))
  return last.atMs < failedAtMs + pauseMs + 2 * timing.exporterScrapeMs
}
