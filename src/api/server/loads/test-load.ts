import type { LoadView } from '../../contract.ts'

const latencyMs = { p50: 1, p95: 2, p99: 3, max: 4 }

/** What a load has reported after that many seconds: ten requests in each, one of which failed. */
export function reportAfter(seconds: number, more: Partial<LoadView> = {}): LoadView {
  const lastSecond = { requests: 10, failures: 1, latencyMs }
  const total = { requests: 10 * seconds, failures: seconds, latencyMs }
  return {
    id: '2026-01-02T03-04-05-678Z-browse',
    pid: 4_711,
    drill: null,
    startedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    ended: false,
    journey: 'browse',
    target: 'http://127.0.0.1:8000',
    plan: { model: 'closed', users: 5, spawnRatePerSecond: 10 },
    elapsedMs: seconds * 1_000 + 3,
    durationMs: 60_000,
    users: 5,
    saturated: false,
    saturatedBy: null,
    latenessP99Ms: 1.5,
    thresholds: [{ text: 'p95<200ms', met: true, observed: '2.00 ms' }],
    total,
    seconds,
    lastSecond,
    lastCauses: { refused: 1 },
    endpoints: [{ name: 'GET /items', causes: { refused: seconds }, lastSecond, ...total }],
    ...more,
  }
}
