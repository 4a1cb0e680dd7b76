import { formatSince } from '../../format/format-seconds.ts'
import type { TimeRange } from './time-range.ts'
import type { Moment } from './use-moment.ts'
import { useReplay } from './use-replay.ts'

/** Goes through a run that has ended: a slider over the axis, and a button that plays it again. */
export function Scrubber({ moment, range, originMs }: ScrubberProps) {
  const { atMs, setMoment } = moment
  const replay = useReplay(moment, range)
  const shownMs = Math.min(range.toMs, Math.max(range.fromMs, atMs ?? range.toMs))
  return (
    <div className="scrubber">
      <div className="scrubber-buttons">
        <button
          type="button"
          className="button"
          onClick={replay.toggle}
          title={`Plays it at ${replay.speed} times its speed`}
        >
          <span aria-hidden="true">{replay.isPlaying ? '❚❚' : '▶'}</span>
          <span className="hidden">{replay.isPlaying ? 'Pause the replay' : 'Play the run again'}</span>
        </button>
      </div>
      <input
        type="range"
        aria-label="Moment of the run"
        aria-valuetext={atMs === undefined ? 'the end' : `${formatSince(atMs - originMs)} since zero`}
        min={range.fromMs - originMs}
        max={range.toMs - originMs}
        step={Math.max(1, Math.round((range.toMs - range.fromMs) / 500))}
        value={shownMs - originMs}
        onChange={(event) => {
          replay.stop()
          setMoment(originMs + event.currentTarget.valueAsNumber)
        }}
      />
      <button
        type="button"
        className="button scrubber-end"
        disabled={atMs === undefined}
        onClick={() => {
          replay.stop()
          setMoment(undefined)
        }}
      >
        End
      </button>
    </div>
  )
}

interface ScrubberProps {
  moment: Moment
  range: TimeRange
  /** Zero of the axis. */
  originMs: number
}
