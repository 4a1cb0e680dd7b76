import { useEffect, useState } from 'react'
import type { LoadRunView, LoadView } from '../../../src/api/contract.ts'
import { type Polled, usePoll } from '../feed/use-poll.ts'
import { useStream } from '../feed/use-stream.ts'
import { withReport } from './with-report.ts'

/** One load: its history from control, and each second of it as it comes. A reload loses nothing. */
export function useLoadRun(id: string): Polled<LoadRunView> {
  const [everyMs, setEveryMs] = useState<number | undefined>(AGAIN_MS)
  const polled = usePoll('loadRun', { params: { id } }, { everyMs })
  const { value, refresh } = polled
  const [run, setRun] = useState<LoadRunView>()
  useEffect(() => {
    setRun(value)
    // A result is written once: there is nothing more to ask for.
    if (value?.kept === true) setEveryMs(undefined)
  }, [value])
  useStream('loadStream', run?.state === 'running' ? {} : undefined, (data) => {
    const view = data as LoadView
    setRun((known) => known && withReport(known, view))
    if (view.id === id && view.ended) window.setTimeout(refresh, RESULT_AFTER_MS)
  })
  return { ...polled, ...(run === undefined ? {} : { value: run }) }
}

/** Control joins the seconds of long loads, and knows when one has ended without a word. */
const AGAIN_MS = 5_000
/** A load writes its result when it has ended. */
const RESULT_AFTER_MS = 1_000
