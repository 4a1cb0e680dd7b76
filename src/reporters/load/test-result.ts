import { Histogram } from '../../load/figures/histogram.ts'
import { Figures } from '../../load/result/figures.ts'
import { judgeRun, type LoadResult } from '../../load/result/result.ts'
import { judgeThreshold, readThresholds } from '../../load/result/thresholds.ts'
import { judgeSaturation } from '../../load/saturation/saturation.ts'
import type { EngineReport } from '../../load/users/engine.ts'

/** A made-up run of some seconds, the same one each time: it slows down in the middle, and fails a little there. */
export function madeUpResult(options: { seconds?: number; slower?: number } = {}): LoadResult {
  const { seconds = 12, slower = 1 } = options
  const figures = new Figures(1)
  for (let second = 0; second < seconds; second += 1) {
    const trouble = second > seconds / 3 && second < seconds / 2
    figures.add(0, second, reportOf(second, trouble, slower))
  }
  figures.leave(0)
  const [total, endpoints] = [figures.total(), figures.endpoints()]
  const measured = {
    total,
    endpoint: (name: string) => endpoints.find((one) => one.name === name),
    checks: { passed: 100, failed: 1 },
    seconds,
  }
  const state = {
    setting: {
      journey: 'browse',
      origins: ['http://127.0.0.1:8000'] as const,
      plan: { model: 'closed', users: 40, spawnRatePerSecond: 10 } as const,
      threads: 1,
      seed: 7,
      timeoutMs: 10_000,
      durationMs: seconds * 1_000,
    },
    startedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    elapsedMs: seconds * 1_000,
    users: 40,
    total,
    endpoints,
    errors: [{ endpoint: 'POST /transactions', cause: 'http 503', count: total.failures }],
    checks: { 'the amount is <booked>': { passed: 100, failed: 1 } },
    thrown: {},
    thresholds: readThresholds(['p95<2s', 'errors<1%']).map((one) => judgeThreshold(one, measured)),
    saturation: judgeSaturation({ lagP99Ms: 1, latenessP99Ms: 1.25, busyRatio: 0.2 }),
    unfinished: 3,
    history: figures.history,
  }
  return { kind: 'firedrill load', schemaVersion: 1, ...judgeRun(state, undefined), ...state }
}

function reportOf(second: number, trouble: boolean, slower: number): EngineReport {
  const endpoint = (name: string, requests: number, failures: number, baseMs: number) => {
    const latency = new Histogram()
    for (let n = 0; n < requests - failures; n += 1) {
      latency.record((baseMs + (n % 20)) * slower * (trouble ? 30 : 1) * 1_000)
    }
    return {
      name,
      requests,
      failures,
      bytes: requests * 100,
      causes: failures === 0 ? {} : { 'http 503': failures },
      latency: latency.pack(),
    }
  }
  return {
    endpoints: [
      endpoint('GET /items/:key', 100 + second * 10, 0, 2),
      endpoint('POST /transactions', 20, trouble ? 5 : 0, 8),
    ],
    checks: {},
    thrown: {},
    users: Math.min(40, (second + 1) * 10),
    connections: 40,
    unfinished: 3,
    generator: { lagP99Ms: 1, busyRatio: 0.2, coreWaitRatio: 0.01, lateness: new Histogram().pack() },
  }
}
