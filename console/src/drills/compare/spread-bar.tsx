import type { Spread } from './compare-stories.ts'

/** Where two runs are among those that held: their range as a bar, their median as a line, the two runs as marks. */
export function SpreadBar({ usual, thisMs, otherMs, longestMs }: SpreadBarProps) {
  const percent = (ms: number) => `${Math.min(100, (ms / (longestMs * 1.04)) * 100)}%`
  return (
    <span className="bound-bar" data-has="axis" aria-hidden="true">
      {usual !== undefined && (
        <>
          <span
            className="stretch"
            data-kind="usual"
            style={{ left: percent(usual.minMs), width: percent(usual.maxMs - usual.minMs) }}
          />
          <span className="mark" data-kind="median" style={{ left: percent(usual.medianMs) }} />
        </>
      )}
      {otherMs !== null && <span className="mark" data-kind="other" style={{ left: percent(otherMs) }} />}
      {thisMs !== null && <span className="mark" data-kind="measured" style={{ left: percent(thisMs) }} />}
    </span>
  )
}

interface SpreadBarProps {
  usual: Spread | undefined
  thisMs: number | null
  otherMs: number | null
  /** End of the axis. */
  longestMs: number
}
