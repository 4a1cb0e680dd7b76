import { useEffect, useRef, useState } from 'react'
import type { RunView } from '../../../../src/api/contract/drills/runs.ts'
import type { Failure } from '../../feed/call.ts'
import { useNow } from '../../feed/use-now.ts'
import { usePoll } from '../../feed/use-poll.ts'
import { useStream } from '../../feed/use-stream.ts'
import type { Story } from '../story/story.ts'
import { storyOfJournal } from '../story/story-of-journal.ts'
import { storyOfRun } from '../story/story-of-run.ts'

/** The run of an address, live from control or from its journal; `undefined` as id: none. */
export function useStory(id: string | undefined): StoryState {
  const isJournal = id !== undefined && JOURNAL_ID.test(id)
  const { run, failure: runFailure, skewMs } = useRun(isJournal ? undefined : id)
  const journalId = isJournal ? id : (run?.journal ?? undefined)
  const [loaded, setLoaded] = useState<{ id: string; story: Story }>()
  const isLoaded = loaded !== undefined && loaded.id === journalId
  const journal = usePoll('journal', journalId === undefined ? undefined : { params: { id: journalId } }, {
    everyMs: isLoaded ? undefined : RETRY_MS,
    timeoutMs: 20_000,
  })
  const { value } = journal
  useEffect(() => {
    if (value !== undefined && journalId !== undefined) setLoaded({ id: journalId, story: storyOfJournal(value) })
  }, [value, journalId])
  const isLive = run !== undefined && isUnderWay(run)
  const nowMs = useNow(isLive ? LIVE_MS : IDLE_MS)
  const incidents = usePoll('incidents', isLive ? {} : undefined, { everyMs: INCIDENTS_MS })
  if (isLoaded) return { story: loaded.story, run, journalId }
  const failure = isJournal ? journal.failure : runFailure
  return {
    // While control is silent, nothing is known to go on.
    story:
      run === undefined
        ? undefined
        : storyOfRun(run, runFailure === undefined ? nowMs - skewMs : run.atMs, incidents.value?.incidents),
    run,
    journalId,
    ...(failure === undefined ? {} : { failure }),
  }
}

export interface StoryState {
  story: Story | undefined
  /** What control knows of it; a run of before control began has only a journal. */
  run: RunView | undefined
  journalId: string | undefined
  failure?: Failure
}

/** A run, polled, and live between two polls. `skewMs`: by how much the clock of this browser is ahead. */
function useRun(id: string | undefined): { run: RunView | undefined; skewMs: number; failure?: Failure } {
  const [live, setLive] = useState<RunView>()
  const skew = useRef<{ id: string; ms: number }>(undefined)
  const polled = usePoll('run', id === undefined ? undefined : { params: { id } }, { everyMs: POLL_MS })
  useStream('runsStream', id === undefined ? undefined : {}, (data) => {
    const run = data as RunView
    if (run.id === id) setLive(run)
  })
  if (id === undefined) return { run: undefined, skewMs: 0 }
  const ofStream = live?.id === id ? live : undefined
  const run = [polled.value, ofStream].filter((one) => one !== undefined).sort((a, b) => rankOf(b) - rankOf(a))[0]
  if (run !== undefined) {
    // The least difference that was seen is the clocks'; what is more was on its way.
    const ms = Date.now() - run.atMs
    skew.current = { id, ms: skew.current?.id === id ? Math.min(skew.current.ms, ms) : ms }
  }
  return {
    run,
    skewMs: Math.max(0, skew.current?.ms ?? 0),
    ...(polled.failure === undefined ? {} : { failure: polled.failure }),
  }
}

/** The later of two reports; one that has ended is the last. */
function rankOf(run: RunView): number {
  return run.atMs + (isUnderWay(run) ? 0 : 1)
}

function isUnderWay({ state }: RunView): boolean {
  return state === 'starting' || state === 'running'
}

/** A journal is named by its time. */
const JOURNAL_ID = /^\d{4}-\d\d-\d\dT/
const POLL_MS = 3_000
const RETRY_MS = 3_000
const INCIDENTS_MS = 1_000
const LIVE_MS = 200
const IDLE_MS = 60_000
