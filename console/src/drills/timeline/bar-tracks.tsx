import { formatSince } from '../../format/format-seconds.ts'
import { originOf, type Story } from '../story/story.ts'
import { type BarLane, laneGroups } from './bars.ts'
import type { TimeRange } from './time-range.ts'
import { Stretch, Track } from './track.tsx'

/** Faults, failing requests, alerts, actions and targets that were down, as bars on the axis of the run. */
export function BarTracks({ story, range }: { story: Story; range: TimeRange }) {
  const originMs = originOf(story)
  const groups = laneGroups(story)
    .map(({ title, lanes }) => ({ title, lanes: lanes.filter(({ bars }) => bars.some((bar) => isWithin(bar, range))) }))
    .filter(({ lanes }) => lanes.length > 0)
  return groups.map(({ title, lanes }) => (
    <section className="tracks" key={title}>
      <h3>{title}</h3>
      <ul>
        {lanes.map((lane) => (
          <Track key={lane.name} name={lane.name}>
            {lane.bars.map((bar) => (
              <Stretch key={`${bar.kind} ${bar.fromMs}`} {...bar} range={range} />
            ))}
            <span className="hidden">{textOf(lane, originMs)}</span>
          </Track>
        ))}
      </ul>
    </section>
  ))
}

function isWithin({ fromMs, toMs }: BarLane['bars'][number], range: TimeRange): boolean {
  return toMs >= range.fromMs && fromMs <= range.toMs
}

/** The bars in words, for those who do not see them. */
function textOf({ bars }: BarLane, originMs: number): string {
  return bars
    .slice(0, MOST_IN_WORDS)
    .map(
      ({ kind, fromMs, toMs, isOpen }) =>
        `${WORDS[kind]} from ${formatSince(fromMs - originMs)}${isOpen ? ' until now' : ` to ${formatSince(toMs - originMs)}`}`,
    )
    .join('; ')
}

const MOST_IN_WORDS = 20
const WORDS = {
  fault: 'in effect',
  felt: 'failing',
  pending: 'pending',
  firing: 'firing',
  down: 'down',
  action: 'under way',
  busy: 'late',
} as const
