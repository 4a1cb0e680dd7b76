import type { ReactNode } from 'react'
import { percentOf, type TimeRange } from './time-range.ts'

/** One row of the plane: its name in the gutter, its bars on the axis. */
export function Track({ name, title, tone, children }: TrackProps) {
  return (
    <li className="track" data-tone-of={tone}>
      <span className="track-name" title={title ?? name}>
        {name}
      </span>
      <span className="track-plot">{children}</span>
    </li>
  )
}

interface TrackProps {
  name: string
  title?: string
  tone?: string
  children: ReactNode
}

/** A stretch of time on a track. Outside of the range it is cut off, and never so short that it is not seen. */
export function Stretch({ fromMs, toMs, range, kind, isOpen = false }: StretchProps) {
  const left = Math.max(0, percentOf(fromMs, range))
  const right = Math.min(100, percentOf(toMs, range))
  if (right < 0 || left > 100) return null
  return (
    <span
      className="stretch"
      data-kind={kind}
      data-open={isOpen || undefined}
      style={{ left: `${left}%`, width: `${Math.max(0, right - left)}%` }}
    />
  )
}

interface StretchProps {
  fromMs: number
  toMs: number
  range: TimeRange
  kind: string
  /** Whether it goes on. */
  isOpen?: boolean
}

/** A moment on a track. */
export function Mark({ atMs, range, kind, title }: { atMs: number; range: TimeRange; kind: string; title?: string }) {
  const left = percentOf(atMs, range)
  if (left < 0 || left > 100) return null
  return <span className="mark" data-kind={kind} title={title} style={{ left: `${left}%` }} />
}
