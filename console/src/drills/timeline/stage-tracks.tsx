import { formatRange, formatSeconds, formatSince } from '../../format/format-seconds.ts'
import { originOf, reachedAt, type Story } from '../story/story.ts'
import { type StageLane, stageLanes } from './stage-lanes.ts'
import { percentOf, type TimeRange } from './time-range.ts'
import { Mark, Stretch, Track } from './track.tsx'

/**
 * A lane for each stage, injected to resolved: the bar is the time since the stage before it. The ghost behind it is the floor, which no
 * system can beat with these clocks; the notch is what the drill allows.
 */
export function StageTracks({ story, other, range }: StageTracksProps) {
  const lanes = stageLanes(story)
  if (lanes.length === 0) return null
  const originMs = originOf(story)
  return (
    <section className="tracks">
      <h3>Stages</h3>
      <ol>
        {lanes.map((lane) => (
          <Track key={lane.name} name={lane.name} title={lane.stage?.detail || lane.name} tone={toneOf(lane)}>
            {lane.floor !== null && <Stretch {...lane.floor} range={range} kind="floor" />}
            {lane.toMs !== null && <Stretch fromMs={lane.fromMs} toMs={lane.toMs} range={range} kind="stage" />}
            {lane.isNext && <Stretch fromMs={lane.fromMs} toMs={story.untilMs} range={range} kind="stage" isOpen />}
            {lane.boundMs !== null && (
              <Mark
                atMs={lane.boundMs}
                range={range}
                kind="bound"
                title={`allowed: ${formatSeconds(lane.boundMs - originMs)}`}
              />
            )}
            <OtherMark lane={lane} other={other} originMs={originMs} range={range} />
            <TimeText lane={lane} story={story} range={range} />
          </Track>
        ))}
      </ol>
    </section>
  )
}

interface StageTracksProps {
  story: Story
  /** A run that this one is compared with. */
  other: Story | undefined
  range: TimeRange
}

function toneOf({ isLate, toMs, isNext }: StageLane): string {
  if (isLate) return 'late'
  if (toMs !== null) return 'reached'
  return isNext ? 'next' : 'none'
}

/** About as wide as the text is. */
const NEAR_PERCENT = 30

/** Beside the end of the bar, where there is room: to the right of it, else to the left. */
function TimeText({ lane, story, range }: { lane: StageLane; story: Story; range: TimeRange }) {
  const originMs = originOf(story)
  const { isUnderWay } = story
  const { toMs, fromMs, floor, boundMs, isNext } = lane
  const atMs = toMs ?? (isNext ? story.untilMs : fromMs)
  const end = percentOf(Math.max(atMs, floor?.toMs ?? 0), range)
  const bound = boundMs === null ? end : percentOf(boundMs, range)
  // Not across the notch: beyond it where it is near.
  const percent = Math.min(100, Math.max(0, bound > end && bound - end < NEAR_PERCENT ? bound : end))
  const isLeft = percent > 78
  const left = Math.min(percent, percentOf(lane.toMs === null ? atMs : Math.min(atMs, fromMs), range))
  const words = [
    toMs === null ? (isNext ? 'not yet' : isUnderWay ? '' : 'not seen') : formatSince(toMs - originMs),
    ...(floor === null
      ? []
      : [`floor ${formatRange({ minMs: floor.fromMs - originMs, maxMs: floor.toMs - originMs })}`]),
    ...(boundMs === null ? [] : [`allowed ${formatSeconds(boundMs - originMs)}`]),
  ]
  return (
    <span
      className="track-text"
      data-left={isLeft || undefined}
      style={isLeft ? { right: `${Math.min(100, 100 - Math.max(0, left))}%` } : { left: `${percent}%` }}
    >
      <strong>{words[0]}</strong>
      {words.length > 1 && <span className="track-more"> {words.slice(1).join(', ')}</span>}
    </span>
  )
}

interface OtherMarkProps {
  lane: StageLane
  other: Story | undefined
  originMs: number
  range: TimeRange
}

/** When the run that this one is compared with reached the stage. */
function OtherMark({ lane, other, originMs, range }: OtherMarkProps) {
  const reachedMs = other === undefined ? null : reachedAt(other.stages, lane.name)
  if (other === undefined || reachedMs === null) return null
  const sinceMs = reachedMs - originOf(other)
  return <Mark atMs={originMs + sinceMs} range={range} kind="other" title={`the other run: ${formatSince(sinceMs)}`} />
}
