import type { Recorder } from '../../load/figures/recorder.ts'
import type { Labels, Prometheus } from '../../probes/prometheus.ts'
import type { Observations } from '../evidence/observations.ts'
import type { JournalSeries } from '../journal/schema/series.ts'
import type { SystemDescription } from '../system.ts'

/** A run second by second, for graphs. */

const LOOK_TIMEOUT_MS = 2_000

/** Changes of `up` since `fromMs`: of every replica of those services. What cannot be read is left out. */
export async function readUp(
  prometheus: Prometheus,
  { services, targets }: { services: readonly string[]; targets?: SystemDescription['targets'] },
  { fromMs, nowMs }: { fromMs: number; nowMs: number },
): Promise<JournalSeries['up']> {
  if (services.length === 0) return []
  const asked = services.flatMap((service) =>
    (targets?.[service] ?? [{ service }]).map((labels) => ({ service, selector: `up${matchersOf(labels)}` })),
  )
  const found = await Promise.all(
    asked.map(async ({ service, selector }) => {
      const series = await prometheus
        .samples(selector, Math.max(1, nowMs - fromMs), { timeoutMs: LOOK_TIMEOUT_MS })
        .catch(() => [])
      return series.map((one) => ({ service, ...one }))
    }),
  )
  return found.flat().map(({ service, labels, samples }) => ({
    service,
    instance: labels.instance ?? '',
    changes: samples
      .filter(({ value }, index) => value !== samples[index - 1]?.value)
      .map(({ atMs, value }) => ({ atMs, up: value === 1 })),
  }))
}

function matchersOf(labels: Labels): string {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `{${matchers.join(',')}}`
}

/** The run second by second, from the first whole second of `fromMs`. */
export function makeSeries(
  fromMs: number,
  {
    recorder,
    up,
    observations,
    isOurs,
  }: {
    recorder: Recorder | undefined
    up: JournalSeries['up']
    observations: Observations
    isOurs: (labels: Labels) => boolean
  },
): JournalSeries {
  const startMs = Math.floor(fromMs / 1_000) * 1_000
  return {
    startMs,
    load: recorder?.seconds(startMs) ?? { requests: [], failures: [], p95Ms: [] },
    up,
    alerts: alertSeries(observations, isOurs),
  }
}

/** Every alert of the system that was at least pending. */
export function alertSeries(
  { ruleAlerts, activeNow }: Observations,
  isOurs: (labels: Labels) => boolean,
): JournalSeries['alerts'] {
  return ruleAlerts
    .filter(({ labels }) => isOurs(labels))
    .map(({ labels, activeAtMs, firedAtMs = null, lastSeenAtMs }) => ({
      alertname: labels.alertname ?? '',
      labels,
      pendingAtMs: activeAtMs,
      firingAtMs: firedAtMs,
      endedAtMs: activeNow.some((one) => one.activeAtMs === activeAtMs && one.labels.alertname === labels.alertname)
        ? null
        : lastSeenAtMs,
    }))
}
