import type { LoadHistoryView, LoadLine, LoadRunView, LoadView } from '../../../src/api/contract.ts'

/** A load with the second that it has just reported: what the server would answer now. */
export function withReport(run: LoadRunView, view: LoadView): LoadRunView {
  if (view.id !== run.id) return run
  const { ended, users, elapsedMs, total, thresholds, endpoints } = view
  const limits = new Map(run.thresholds.map(({ text, latencyMs }) => [text, latencyMs]))
  return {
    ...run,
    state: ended ? 'ended' : 'running',
    mayStop: run.mayStop && !ended,
    users,
    elapsedMs,
    total,
    saturation: { saturated: view.saturated, latenessP99Ms: view.latenessP99Ms, reason: view.saturatedBy },
    thresholds: thresholds.map((one) => ({ ...one, latencyMs: limits.get(one.text) ?? null })),
    endpoints: endpoints.map(({ lastSecond: _, ...endpoint }) => endpoint),
    history: withSecond(run.history, view),
  }
}

/** Seconds of a load that are a second apart, but for the clocks of two processes. */
const NEW_AFTER_MS = 500
const SECOND_MS = 1_000

function withSecond(history: LoadHistoryView, view: LoadView): LoadHistoryView {
  const { lastSecond, lastCauses, endpoints, users, startedAtMs, seconds } = view
  const atMs = startedAtMs + seconds * SECOND_MS
  if (lastSecond === null || atMs < (history.timesMs.at(-1) ?? 0) + NEW_AFTER_MS) return history
  const count = history.timesMs.length
  const known = new Map(history.endpoints.map((line) => [line.name, line]))
  const named = new Map(endpoints.map((one) => [one.name, one.lastSecond]))
  const causes = new Map(history.causes.map(({ cause, failures }) => [cause, failures]))
  return {
    timesMs: [...history.timesMs, atMs],
    spansMs: [...history.spansMs, SECOND_MS],
    users: [...history.users, users],
    total: longer(history.total, lastSecond),
    causes: [...new Set([...causes.keys(), ...Object.keys(lastCauses)])].map((cause) => ({
      cause,
      failures: [...(causes.get(cause) ?? new Array<number>(count).fill(0)), lastCauses[cause] ?? 0],
    })),
    endpoints: [...new Set([...known.keys(), ...named.keys()])].map((name) => ({
      name,
      ...longer(known.get(name) ?? nothing(count), named.get(name) ?? null),
    })),
  }
}

function longer(line: LoadLine, counts: LoadView['lastSecond']): LoadLine {
  return {
    requests: [...line.requests, counts?.requests ?? 0],
    failures: [...line.failures, counts?.failures ?? 0],
    p50Ms: [...line.p50Ms, counts?.latencyMs?.p50 ?? null],
    p95Ms: [...line.p95Ms, counts?.latencyMs?.p95 ?? null],
    p99Ms: [...line.p99Ms, counts?.latencyMs?.p99 ?? null],
  }
}

function nothing(count: number): LoadLine {
  const none = new Array<null>(count).fill(null)
  const zeros = new Array<number>(count).fill(0)
  return { requests: zeros, failures: zeros, p50Ms: none, p95Ms: none, p99Ms: none }
}
