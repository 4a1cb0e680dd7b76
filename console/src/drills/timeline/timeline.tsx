import { useAddress, useSetQuery } from '../../shell/use-address.ts'
import { originOf, type Story } from '../story/story.ts'
import { storyAt } from '../story/story-at.ts'
import { BarTracks } from './bar-tracks.tsx'
import { LoadCharts } from './load-charts.tsx'
import { momentText } from './moment-text.ts'
import { Scrubber } from './scrubber.tsx'
import { StageTracks } from './stage-tracks.tsx'
import { TimePlane } from './time-plane.tsx'
import { readRange, storyRange, type TimeRange, wholeRun } from './time-range.ts'
import type { Moment } from './use-moment.ts'

/** What happened in a run, from the injection to an alert that is resolved, over what users got: all on one axis. */
export function Timeline({ story, other, moment }: TimelineProps) {
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const originMs = originOf(story)
  const own = readRange(query.get('from'), query.get('to'), originMs)
  const isWhole = query.get('span') === 'run'
  const range = own ?? (isWhole ? wholeRun(story) : storyRange(story))
  const { atMs } = moment
  const shown = atMs === undefined || story.isUnderWay ? story : storyAt(story, atMs)
  const zoom = (to: TimeRange) => setQuery({ from: inSeconds(to.fromMs - originMs), to: inSeconds(to.toMs - originMs) })
  return (
    <section className="card timeline" aria-labelledby="timeline-title">
      <div className="toolbar">
        <h2 id="timeline-title">What happened</h2>
        <Legend />
        <fieldset className="choice end" aria-label="Span that is shown">
          <RangeButton
            isOn={own === undefined && !isWhole}
            onPick={() => setQuery({ from: undefined, to: undefined, span: undefined })}
          >
            Incident
          </RangeButton>
          <RangeButton
            isOn={own === undefined && isWhole}
            onPick={() => setQuery({ from: undefined, to: undefined, span: 'run' })}
          >
            Whole run
          </RangeButton>
          {own !== undefined && (
            <RangeButton isOn onPick={() => setQuery({ from: undefined, to: undefined })}>
              Zoomed ✕
            </RangeButton>
          )}
        </fieldset>
      </div>
      {!story.isUnderWay && <Scrubber moment={moment} range={range} originMs={originMs} />}
      <TimePlane
        label="The run over time"
        hint={
          story.isUnderWay && story.zeroMs === null
            ? 'Nothing has been done to the system yet.'
            : 'Point at a moment to read it; drag to look closer.'
        }
        range={range}
        originMs={originMs}
        atMs={story.isUnderWay ? undefined : atMs}
        onZoom={zoom}
        onPick={(ms) => {
          if (!story.isUnderWay) moment.setMoment(ms)
        }}
        readout={(ms) => momentText(story, ms)}
      >
        <StageTracks story={shown} other={other} range={range} />
        <BarTracks story={shown} range={range} />
        <LoadCharts story={story} range={range} />
      </TimePlane>
    </section>
  )
}

interface TimelineProps {
  story: Story
  /** A run that this one is compared with. */
  other: Story | undefined
  moment: Moment
}

function RangeButton({ isOn, onPick, children }: { isOn: boolean; onPick(): void; children: string }) {
  return (
    <button type="button" aria-pressed={isOn} onClick={onPick}>
      {children}
    </button>
  )
}

function Legend() {
  return (
    <span className="plane-legend">
      <span data-kind="floor">floor</span>
      <span data-kind="stage">measured</span>
      <span data-kind="bound">allowed</span>
    </span>
  )
}

function inSeconds(ms: number): string {
  return (ms / 1_000).toFixed(2)
}
