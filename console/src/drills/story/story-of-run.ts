import type { RunView } from '../../../../src/api/contract/drills/runs.ts'
import { reachedAt, type Story } from './story.ts'

/** The story of a run that control knows, up to now. `nowMs`: on the clock of the machine that runs it. */
export function storyOfRun(run: RunView, nowMs: number): Story {
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
    felt: null,
    machine: null,
    incidents: [],
    carriedAlerts: [],
  }
}
