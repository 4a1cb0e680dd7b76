import { useCallback, useEffect, useRef, useState } from 'react'
import { useAddress, useSetQuery } from '../../shell/use-address.ts'

/**
 * The moment of a run that is looked at. It stands in the address as `at`, in seconds since zero; while it moves the address is written
 * now and then only, since browsers limit that.
 */
export function useMoment(originMs: number): Moment {
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const written = query.get('at')
  const [atMs, setAtMs] = useState(() => readMoment(written, originMs))
  const last = useRef(written)
  const timer = useRef<number>(undefined)
  useEffect(() => {
    if (written === last.current) return
    last.current = written
    setAtMs(readMoment(written, originMs))
  }, [written, originMs])
  useEffect(() => () => window.clearTimeout(timer.current), [])
  const setMoment = useCallback(
    (ms: number | undefined) => {
      setAtMs(ms)
      window.clearTimeout(timer.current)
      timer.current = window.setTimeout(() => {
        const text = ms === undefined ? undefined : ((ms - originMs) / 1_000).toFixed(2)
        last.current = text ?? null
        setQuery({ at: text })
      }, WRITTEN_AFTER_MS)
    },
    [originMs, setQuery],
  )
  return { atMs, setMoment }
}

export interface Moment {
  /** Epoch milliseconds; undefined: all of the run is shown. */
  atMs: number | undefined
  setMoment(ms: number | undefined): void
}

const WRITTEN_AFTER_MS = 400

function readMoment(text: string | null, originMs: number): number | undefined {
  const seconds = Number(text)
  return text === null || text === '' || !Number.isFinite(seconds) ? undefined : originMs + seconds * 1_000
}
