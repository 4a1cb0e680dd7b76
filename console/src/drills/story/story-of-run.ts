import type { RunView } from '../../../../src/api/contract/drills/runs.ts'
import { reachedAt, type Story } from './story.ts'

/**
 * The story of a run that control knows, up to now. `nowMs`: on the clock of the machine that runs it. `incidents`: what the responder
 * has by now, without those of before the run.
 */
export function storyOfRun(run: RunView, nowMs: number, incidents: Story['incidents'] = []): Story {
  const { journal: _, ...shared } = run
  const { drill, startedAtMs, endedAtMs, atMs, state, stages, faults, zeroMs } = shared
  const isUnderWay = state === 'starting' || state === 'running'
  const isInjected = faults.length > 0 || reachedAt(stages, 'injected') !== null
  return {
    ...shared,
    drill,
    isUnderWay,
    untilMs: isUnderWay ? Math.max(nowMs, atMs, startedAtMs + 1_000) : Math.max(endedAtMs ?? atMs, startedAtMs + 1_000),
    zeroMs,
    zeroName: isInjected || zeroMs === null ? 'injection' : 'begin',
    felt: feltBySeconds(shared),
    machine: null,
    incidents: incidents.filter(({ receivedAtMs }) => receivedAtMs >= (zeroMs ?? startedAtMs)),
    carriedAlerts: [],
  }
}

/** What users felt since the injection, by whole seconds: the journal has it by the millisecond. null while no request has failed. */
function feltBySeconds({ series, zeroMs, load }: Pick<RunView, 'series' | 'zeroMs' | 'load'>): Story['felt'] {
  if (series === null || zeroMs === null) return null
  const beginOf = (second: number) => series.startMs + second * 1_000
  const failed = series.load.failures.flatMap((count, second) =>
    count > 0 && beginOf(second) + 1_000 > zeroMs ? [{ second, count }] : [],
  )
  const [first, last] = [failed[0], failed.at(-1)]
  if (first === undefined || last === undefined) return null
  const firstFailureMs = Math.max(zeroMs, beginOf(first.second))
  const lastFailureMs = beginOf(last.second) + 1_000
  const failures = failed.reduce((sum, { count }) => sum + count, 0)
  return {
    firstFailureMs,
    lastFailureMs,
    failures,
    requests: load?.requests ?? 0,
    windowMs: lastFailureMs - firstFailureMs,
  }
}
