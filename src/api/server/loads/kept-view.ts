import type { Counts } from '../../../load/result/figures.ts'
import type { LoadResult } from '../../../load/result/result.ts'
import type { LoadCounts, LoadHead, LoadRunView } from '../../contract.ts'
import { latencyLimitOf } from './latency-limit.ts'
import { spanOf } from './live-loads.ts'
import { LoadHistory } from './load-history.ts'

/** A load that has ended, from its result, as the control API shows it. @throws TypeError when the result lacks figures */
export function keptView(id: string, result: LoadResult): LoadRunView {
  const { saturation } = result
  return {
    ...keptHead(id, result),
    reasons: result.reasons,
    saturation: {
      saturated: saturation.saturated,
      latenessP99Ms: saturation.latenessP99Ms,
      reason: saturation.reason ?? null,
    },
    thresholds: result.thresholds.map(({ text, met, observed = null }) => ({
      text,
      met,
      observed,
      latencyMs: latencyLimitOf(text),
    })),
    checks: Object.entries(result.checks).map(([name, { passed, failed }]) => ({ name, passed, failed })),
    unfinished: result.unfinished,
    endpoints: result.endpoints.map(({ name, causes, ...counts }) => ({ name, causes, ...countsOf(counts) })),
    history: historyOf(result),
    faults: [],
  }
}

/** The same in a few fields. @throws TypeError when the result lacks figures */
export function keptHead(
  id: string,
  { setting, startedAtMs, elapsedMs, outcome, total, history }: LoadResult,
): LoadHead {
  return {
    id,
    state: 'ended',
    kept: true,
    startedBy: null,
    mayStop: false,
    drill: null,
    journey: setting.journey,
    target: setting.origins[0],
    plan: setting.plan,
    startedAtMs,
    elapsedMs,
    durationMs: setting.durationMs,
    users: history.reduce((most, { users }) => Math.max(most, users), 0),
    outcome,
    total: countsOf(total),
  }
}

function historyOf({ history, startedAtMs, elapsedMs }: LoadResult): LoadRunView['history'] {
  const kept = new LoadHistory()
  for (const { second, users, causes = {}, endpoints, ...total } of history) {
    const spanMs = spanOf(second + 1, elapsedMs)
    kept.add({
      atMs: startedAtMs + second * 1_000 + spanMs,
      spanMs,
      users,
      total: countsOf(total),
      causes,
      endpoints: Object.entries(endpoints).map(([name, counts]) => [name, countsOf(counts)]),
    })
  }
  return kept.view()
}

function countsOf({ requests, failures, latencyMs }: Counts): LoadCounts {
  if (latencyMs === null) return { requests, failures, latencyMs }
  const { p50, p95, p99, max } = latencyMs
  return { requests, failures, latencyMs: { p50, p95, p99, max } }
}
