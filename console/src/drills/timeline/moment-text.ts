import { STAGE_NAMES } from '../../../../src/drills/journal/schema/stage-names.ts'
import { formatSince } from '../../format/format-seconds.ts'
import { originOf, reachedAt, type Story } from '../story/story.ts'
import { alertsOf } from './bars.ts'

/** What was known at a moment, in a few words: the last stage, what users got, which alerts fired. */
export function momentText(story: Story, atMs: number): string {
  const sinceMs = atMs - originOf(story)
  const stage = STAGE_NAMES.findLast((name) => (reachedAt(story.stages, name) ?? Number.POSITIVE_INFINITY) <= atMs)
  return [
    `${formatSince(sinceMs)} since the ${story.zeroName}`,
    ...(stage === undefined ? [] : [stage]),
    ...loadTexts(story, atMs),
    ...alertTexts(story, atMs),
  ].join(' · ')
}

function loadTexts({ series }: Story, atMs: number): string[] {
  if (series === null) return []
  const { requests, failures, p95Ms } = series.load
  const second = Math.floor((atMs - series.startMs) / 1_000)
  const count = requests[second]
  if (count === undefined) return []
  const failed = failures[second] ?? 0
  const p95 = p95Ms[second] ?? null
  return [
    failed === 0 ? `${count} requests/s, none failed` : `${count} requests/s, ${failed} failed`,
    ...(p95 === null ? [] : [`p95 ${p95 < 10 ? p95.toFixed(1) : Math.round(p95)} ms`]),
  ]
}

function alertTexts(story: Story, atMs: number): string[] {
  const names = alertsOf(story)
    .filter(
      ({ firingAtMs, endedAtMs }) =>
        firingAtMs !== null && firingAtMs <= atMs && (endedAtMs === null || endedAtMs > atMs),
    )
    .map(({ alertname }) => alertname)
  return names.length === 0 ? [] : [`${[...new Set(names)].join(', ')} firing`]
}
