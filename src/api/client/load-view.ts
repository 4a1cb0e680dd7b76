import type { Counts } from '../../load/result/figures.ts'
import type { LoadState } from '../../load/result/result.ts'
import type { LoadView } from '../contract.ts'

/** A load as the control API shows it. */
export function loadView(state: LoadState, ended: boolean): LoadView {
  const last = state.history.at(-1)
  const counts = ({ requests, failures, latencyMs }: Counts) => ({
    requests,
    failures,
    latencyMs:
      latencyMs === null ? null : { p50: latencyMs.p50, p95: latencyMs.p95, p99: latencyMs.p99, max: latencyMs.max },
  })
  return {
    startedAtMs: state.startedAtMs,
    ended,
    journey: state.setting.journey,
    target: state.setting.origins[0],
    elapsedMs: state.elapsedMs,
    durationMs: state.setting.durationMs,
    users: ended ? 0 : state.users,
    saturated: state.saturation.saturated,
    latenessP99Ms: state.saturation.latenessP99Ms,
    total: counts(state.total),
    lastSecond: last === undefined ? null : counts(last),
    endpoints: state.endpoints.map((one) => ({
      name: one.name,
      ...counts(one),
      causes: one.causes,
      lastSecond: last?.endpoints[one.name] === undefined ? null : counts(last.endpoints[one.name] as Counts),
    })),
  }
}
