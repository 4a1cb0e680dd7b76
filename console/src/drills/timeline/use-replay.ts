import { useEffect, useRef, useState } from 'react'
import type { TimeRange } from './time-range.ts'
import type { Moment } from './use-moment.ts'

/** Plays a run again, in real time or slower or faster, from the moment that is looked at to the end of the range. */
export function useReplay({ atMs, setMoment }: Moment, range: TimeRange): Replay {
  const [isPlaying, setIsPlaying] = useState(false)
  const latest = useRef({ atMs, setMoment, range })
  latest.current = { atMs, setMoment, range }
  useEffect(() => {
    if (!isPlaying) return undefined
    let frame = 0
    let lastMs: number | undefined
    const speed = speedOf(latest.current.range)
    const step = (nowMs: number) => {
      const { atMs: shownMs, setMoment: show, range: shown } = latest.current
      const next = (shownMs ?? shown.fromMs) + (lastMs === undefined ? 0 : (nowMs - lastMs) * speed)
      lastMs = nowMs
      if (next >= shown.toMs) {
        show(undefined)
        setIsPlaying(false)
        return
      }
      show(next)
      frame = window.requestAnimationFrame(step)
    }
    frame = window.requestAnimationFrame(step)
    return () => window.cancelAnimationFrame(frame)
  }, [isPlaying])
  return { isPlaying, speed: speedOf(range), toggle: () => setIsPlaying((is) => !is), stop: () => setIsPlaying(false) }
}

export interface Replay {
  isPlaying: boolean
  /** 1 is as fast as it was. */
  speed: number
  toggle(): void
  stop(): void
}

/** A replay lasts between about four seconds and a quarter of a minute, however long the range is. */
function speedOf({ fromMs, toMs }: TimeRange): number {
  const length = toMs - fromMs
  return SPEEDS.find((speed) => length / speed <= LONGEST_REPLAY_MS) ?? Math.ceil(length / LONGEST_REPLAY_MS)
}

const LONGEST_REPLAY_MS = 15_000
const SPEEDS = [0.5, 1, 2, 5, 10, 20, 50, 100]
