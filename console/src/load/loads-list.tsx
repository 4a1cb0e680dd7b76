import { useState } from 'react'
import type { LoadHead, LoadsView } from '../../../src/api/contract.ts'
import { usePoll } from '../feed/use-poll.ts'
import { linkTo } from '../shell/route.ts'
import { useAddress } from '../shell/use-address.ts'
import { Empty } from '../ui/empty.tsx'
import { FilterField } from '../ui/filter-field.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { planText } from './load-words.ts'
import { LoadsTable } from './loads-table.tsx'
import { RunningLoad } from './running-load.tsx'

/** The loads that run, and those that have ended. */
export function LoadsList() {
  const { query } = useAddress()
  const before = query.get('before') ?? undefined
  const loads = usePoll('loads', { query: before === undefined ? {} : { before } }, { everyMs: EVERY_MS })
  const [chosen, setChosen] = useState<readonly string[]>([])
  const filter = (query.get('q') ?? '').toLowerCase()
  const matches = (head: LoadHead) => wordsOf(head).includes(filter)
  return (
    <>
      <h1>Load</h1>
      <div className="toolbar">
        <FilterField label="Filter loads" />
        <CompareLink chosen={chosen} />
        <a className="button end" data-tone="main" href={linkTo('load', ['new'])}>
          Start a load …
        </a>
      </div>
      <Waiting for={loads} height="20rem">
        {(view) => {
          const running = view.live.filter(({ state }) => state === 'running')
          const ended = [...view.live.filter(({ state }) => state === 'ended'), ...view.loads]
            .filter(matches)
            .sort((a, b) => b.startedAtMs - a.startedAtMs)
          return (
            <>
              {running.map((head) => (
                <RunningLoad key={head.id} head={head} onStopped={loads.refresh} />
              ))}
              {ended.length > 0 && <LoadsTable loads={ended} chosen={chosen} onChoose={setChosen} />}
              <Nothing view={view} isFiltered={filter !== ''} shown={running.length + ended.length} />
              <Pages view={view} before={before} />
            </>
          )
        }}
      </Waiting>
    </>
  )
}

const EVERY_MS = 2_000

function wordsOf({ id, journey, drill, outcome, plan }: LoadHead): string {
  return [id, journey, drill, outcome, planText(plan)].join(' ').toLowerCase()
}

/** The older one of two comes first: what changed since then is what people ask. */
function CompareLink({ chosen }: { chosen: readonly string[] }) {
  const [before, after] = [...chosen].sort()
  if (before === undefined) return null
  if (after === undefined) return <span className="sub">Choose another load to compare it with</span>
  return (
    <a className="button" href={linkTo('load', [before], { with: after })}>
      Compare the two
    </a>
  )
}

function Nothing({ view, isFiltered, shown }: { view: LoadsView; isFiltered: boolean; shown: number }) {
  if (shown > 0) return null
  if (isFiltered) return <Empty title="No load matches the filter" />
  return (
    <Empty title="No load was run on this stack yet">
      <p>Virtual users show how fast the services answer, and what fails, before and while something is broken.</p>
      <p>
        {view.whyNotStarted === null ? (
          <a className="button" href={linkTo('load', ['new'])}>
            Start a load …
          </a>
        ) : (
          <>
            In a terminal: <code>firedrill load</code>
          </>
        )}
      </p>
    </Empty>
  )
}

function Pages({ view: { next, total, unreadable }, before }: { view: LoadsView; before: string | undefined }) {
  return (
    <>
      {unreadable > 0 && (
        <p className="facts">
          {unreadable} folder{unreadable === 1 ? ' has' : 's have'} no result that can be shown here: a load that was
          killed, or one of many hours.
        </p>
      )}
      {(next !== null || before !== undefined) && (
        <p className="toolbar">
          {before !== undefined && (
            <a className="button" href={linkTo('load')}>
              Latest
            </a>
          )}
          {next !== null && (
            <a className="button" href={linkTo('load', [], { before: next })}>
              Older
            </a>
          )}
          <span className="sub">{total} in all</span>
        </p>
      )}
    </>
  )
}
