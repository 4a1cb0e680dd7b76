import type { Recorder } from '../load/recorder.ts'
import type { Prometheus } from '../probes/prometheus.ts'
import type { JournalSeries } from './journal-series.ts'
import type { Observations } from './observations.ts'

const LOOK_TIMEOUT_MS = 2_000

/** Changes of `up` since `fromMs`: of every replica of those services. What cannot be read is left out. */
export async function readUp(
  prometheus: Prometheus,
  services: readonly string[],
  fromMs: number,
  nowMs: number,
): Promise<JournalSeries['up']> {
  if (services.length === 0) return []
  const selector = `up{service=~${JSON.stringify(services.join('|'))}}`
  const found = await prometheus
    .samples(selector, Math.max(1, nowMs - fromMs), { timeoutMs: LOOK_TIMEOUT_MS })
    .catch(() => [])
  return found.map(({ labels, samples }) => ({
    service: labels.service ?? '',
    instance: labels.instance ?? '',
    changes: samples
      .filter(({ value }, index) => value !== samples[index - 1]?.value)
      .map(({ atMs, value }) => ({ atMs, up: value === 1 })),
  }))
}

/** The run second by second, from the first whole second of `fromMs`. */
export function makeSeries(
  fromMs: number,
  {
    recorder,
    up,
    observations,
  }: { recorder: Recorder | undefined; up: JournalSeries['up']; observations: Observations },
): JournalSeries {
  const startMs = Math.floor(fromMs / 1_000) * 1_000
  const { ruleAlerts, activeNow } = observations
  return {
    startMs,
    load: recorder?.seconds(startMs) ?? { requests: [], failures: [], p95Ms: [] },
    up,
    alerts: ruleAlerts.map(({ labels, activeAtMs, firedAtMs = null, lastSeenAtMs }) => ({
      alertname: labels.alertname ?? '',
      labels,
      pendingAtMs: activeAtMs,
      firingAtMs: firedAtMs,
      endedAtMs: activeNow.some((one) => one.activeAtMs === activeAtMs && one.labels.alertname === labels.alertname)
        ? null
        : lastSeenAtMs,
    })),
  }
}
