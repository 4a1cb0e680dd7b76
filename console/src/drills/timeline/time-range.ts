import { originOf, type Story } from '../story/story.ts'

/** A span of time, in epoch milliseconds. */
export interface TimeRange {
  fromMs: number
  toMs: number
}

/** The whole run, as far as it is known; of one that is under way also the time in which something is still expected. */
export function wholeRun(story: Story): TimeRange {
  const { startedAtMs, untilMs, isUnderWay } = story
  const expectedMs = isUnderWay && story.zeroMs !== null ? story.zeroMs + longestBound(story) * 1.05 : 0
  return { fromMs: startedAtMs, toMs: Math.max(untilMs, expectedMs, startedAtMs + 1_000) }
}

/**
 * From a little before the first injection to a little after the last thing that happened. The time before shows how it was when all
 * was well. Without an injection it is the whole run.
 */
export function storyRange(story: Story): TimeRange {
  const whole = wholeRun(story)
  const originMs = originOf(story)
  const { felt, stages, faults, isUnderWay, untilMs } = story
  if (story.zeroMs === null || story.zeroName === 'begin') return whole
  const ends = [
    ...stages.flatMap(({ atMs }) => atMs ?? []),
    ...faults.flatMap(({ lifted }) => (lifted?.changed ? lifted.liftedAtMs : [])),
    ...(felt?.lastFailureMs ? [felt.lastFailureMs] : []),
    ...(isUnderWay ? [untilMs, originMs + longestBound(story)] : []),
  ]
  const lengthMs = Math.max(1_000, ...ends.map((ms) => ms - originMs))
  const beforeMs = Math.min(5_000, Math.max(1_000, lengthMs * 0.2))
  const afterMs = isUnderWay ? lengthMs * 0.05 : Math.min(10_000, Math.max(1_000, lengthMs * 0.15))
  return {
    fromMs: Math.min(originMs - 100, Math.max(whole.fromMs, originMs - beforeMs)),
    toMs: Math.max(originMs + 1_000, originMs + lengthMs + afterMs),
  }
}

/** Where a moment is in a range, in percent of its length. */
export function percentOf(ms: number, { fromMs, toMs }: TimeRange): number {
  return ((ms - fromMs) / Math.max(1, toMs - fromMs)) * 100
}

/** A range from the address: two numbers of seconds since zero, or nothing. */
export function readRange(from: string | null, to: string | null, originMs: number): TimeRange | undefined {
  if (from === null || to === null) return undefined
  const [start, end] = [Number(from), Number(to)]
  if (!Number.isFinite(start) || !Number.isFinite(end) || end - start < SHORTEST_MS / 1_000) return undefined
  return { fromMs: originMs + start * 1_000, toMs: originMs + end * 1_000 }
}

/** The shortest span that can be looked at. */
export const SHORTEST_MS = 50

function longestBound({ expectations }: Story): number {
  return Math.max(0, ...expectations.map(({ withinMs }) => withinMs ?? 0))
}
