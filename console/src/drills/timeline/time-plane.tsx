import { type PointerEvent, type ReactNode, useRef, useState } from 'react'
import { ticksOf } from './ticks.ts'
import { percentOf, SHORTEST_MS, type TimeRange } from './time-range.ts'

/**
 * What is drawn over one time axis: lanes and charts below each other, one grid, one cursor. All rows have the same place for their
 * names, `--gutter`, so that a moment is at the same place in each of them. A drag selects a span, a click a moment.
 */
export function TimePlane({ label, hint, range, originMs, atMs, onZoom, onPick, readout, children }: TimePlaneProps) {
  const place = useRef<HTMLDivElement>(null)
  const [cursorMs, setCursorMs] = useState<number>()
  const [dragMs, setDragMs] = useState<number>()
  const timeAt = (event: PointerEvent): number => {
    const { left, width } = place.current?.getBoundingClientRect() ?? { left: 0, width: 1 }
    const share = Math.min(1, Math.max(0, (event.clientX - left) / Math.max(1, width)))
    return range.fromMs + share * (range.toMs - range.fromMs)
  }
  const end = (event: PointerEvent) => {
    if (dragMs === undefined) return
    const toMs = timeAt(event)
    setDragMs(undefined)
    if (isWide(dragMs, toMs, range)) onZoom({ fromMs: Math.min(dragMs, toMs), toMs: Math.max(dragMs, toMs) })
    else onPick(toMs)
  }
  const shown = cursorMs ?? atMs
  return (
    <>
      <p className="moment" aria-live="off">
        {shown === undefined ? hint : readout(shown)}
      </p>
      <section
        className="plane"
        aria-label={label}
        onPointerMove={(event) => setCursorMs(timeAt(event))}
        onPointerLeave={() => {
          setCursorMs(undefined)
          setDragMs(undefined)
        }}
        onPointerDown={(event) => {
          const isOnControl =
            event.target instanceof Element && event.target.closest('button, a, summary, .legend') !== null
          if (event.button === 0 && !isOnControl) setDragMs(timeAt(event))
        }}
        onPointerUp={end}
      >
        <div className="plane-over" ref={place} aria-hidden="true">
          <Grid range={range} originMs={originMs} />
          {dragMs !== undefined && cursorMs !== undefined && isWide(dragMs, cursorMs, range) && (
            <span className="plane-selected" style={spanStyle(dragMs, cursorMs, range)} />
          )}
          {atMs !== undefined && (
            <span className="plane-later" style={{ left: `${clamped(percentOf(atMs, range))}%` }} />
          )}
          {cursorMs !== undefined && (
            <span className="plane-cursor" style={{ left: `${percentOf(cursorMs, range)}%` }} />
          )}
        </div>
        {children}
      </section>
    </>
  )
}

interface TimePlaneProps {
  /** What it shows, for those who do not see it. */
  label: string
  /** Shown while no moment is pointed at. */
  hint: string
  range: TimeRange
  /** Zero of the axis. */
  originMs: number
  /** The moment that is looked at; what is later is greyed. */
  atMs: number | undefined
  onZoom(range: TimeRange): void
  onPick(atMs: number): void
  /** What was at a moment, in words. */
  readout(atMs: number): string
  children: ReactNode
}

/** Marks of the axis: more than these do not fit on a phone. */
const MOST_TICKS = 7

function Grid({ range, originMs }: { range: TimeRange; originMs: number }) {
  return ticksOf(range, originMs, MOST_TICKS).map(({ atMs, text }) => (
    <span
      key={atMs}
      className="tick"
      data-zero={text === '0' || undefined}
      style={{ left: `${percentOf(atMs, range)}%` }}
    >
      <span>{text}</span>
    </span>
  ))
}

/** A click moves a little. */
function isWide(fromMs: number, toMs: number, range: TimeRange): boolean {
  const length = Math.abs(toMs - fromMs)
  return length >= SHORTEST_MS && length > (range.toMs - range.fromMs) * 0.015
}

function spanStyle(a: number, b: number, range: TimeRange): { left: string; width: string } {
  const [left, right] = [percentOf(Math.min(a, b), range), percentOf(Math.max(a, b), range)]
  return { left: `${left}%`, width: `${right - left}%` }
}

function clamped(percent: number): number {
  return Math.min(100, Math.max(0, percent))
}
