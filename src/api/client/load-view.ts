import type { Counts } from '../../load/result/figures.ts'
import { loadId } from '../../load/result/load-id.ts'
import type { LoadFigures } from '../../load/result/result.ts'
import type { LoadView } from '../contract.ts'

/** A load as the control API shows it. */
export function loadView(
  state: LoadFigures,
  { ended, drill = null }: { ended: boolean; drill?: string | null },
): LoadView {
  const { setting, startedAtMs, history, saturation, thresholds } = state
  const last = history.at(-1)
  return {
    id: loadId({ startedAtMs, journey: setting.journey }),
    pid: process.pid,
    drill,
    startedAtMs,
    ended,
    journey: setting.journey,
    target: setting.origins[0],
    plan: setting.plan,
    elapsedMs: state.elapsedMs,
    durationMs: setting.durationMs,
    users: ended ? 0 : state.users,
    saturated: saturation.saturated,
    saturatedBy: saturation.reason ?? null,
    latenessP99Ms: saturation.latenessP99Ms,
    thresholds: thresholds.map(({ text, met, observed = null }) => ({ text, met, observed })),
    total: countsOf(state.total),
    seconds: last === undefined ? 0 : last.second + 1,
    lastSecond: last === undefined ? null : countsOf(last),
    lastCauses: last?.causes ?? {},
    endpoints: state.endpoints.map((one) => {
      const second = last?.endpoints[one.name]
      return {
        name: one.name,
        ...countsOf(one),
        causes: one.causes,
        lastSecond: second === undefined ? null : countsOf(second),
      }
    }),
  }
}

function countsOf({ requests, failures, latencyMs }: Counts): LoadView['total'] {
  if (latencyMs === null) return { requests, failures, latencyMs }
  const { p50, p95, p99, max } = latencyMs
  return { requests, failures, latencyMs: { p50, p95, p99, max } }
}
