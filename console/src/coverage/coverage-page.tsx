import type { CoverageView } from '../../../src/api/contract.ts'
import { usePoll } from '../feed/use-poll.ts'
import { formatPercent } from '../format/format-amount.ts'
import type { PageProps } from '../page.ts'
import { linkTo } from '../shell/route.ts'
import { useAddress, useSetQuery } from '../shell/use-address.ts'
import { commandOn } from '../ui/command-on.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { Empty } from '../ui/empty.tsx'
import { FilterField } from '../ui/filter-field.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { AgeSummary } from './age-summary.tsx'
import { CellRuns } from './cell-runs.tsx'
import { readCell } from './cells.ts'
import { Gaps } from './gaps.tsx'
import { Matrix } from './matrix.tsx'
import '../styles/coverage.css'

/** Which alert fired for which fault, how fast, and how long ago; what is not proven stands first. */
export function CoveragePage({ stack }: PageProps) {
  const polled = usePoll('coverage', {}, { everyMs: 10_000, timeoutMs: 30_000 })
  return (
    <div className="coverage">
      <h1>Coverage</h1>
      <Waiting for={polled} height="30rem">
        {(view) => <Coverage view={view} folder={stack.view?.folder} />}
      </Waiting>
    </div>
  )
}

function Coverage({ view, folder }: { view: CoverageView; folder: string | undefined }) {
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const cell = readCell(query.get('cell'))
  const unfired = view.alerts.filter(({ fired }) => !fired).length
  const nowMs = Date.now()
  if (view.runs.length === 0) {
    return (
      <Empty title="No drill has proven an alert yet">
        <p>
          There are {view.alerts.length} alerts, and nobody knows whether they would fire.{' '}
          <a href={linkTo('drills', ['store-crash'])}>Run the first drill</a>
          {folder !== undefined && (
            <>
              , or all of them:{' '}
              <CopyCommand command={commandOn(folder, 'run', 'all')} purpose="runs every drill that ships" />
            </>
          )}
        </p>
        {view.leftOut.length > 0 && <p className="sub">{leftOutText(view)}</p>}
      </Empty>
    )
  }
  return (
    <>
      <p className="lead">
        {view.runs.length === 1 ? '1 run' : `The latest ${view.runs.length} runs`} with the profile {view.profile}.{' '}
        {leftOutText(view)}
      </p>
      <div className="cards coverage-figures">
        <Share name="of the alerts fired in a drill" ratio={view.alertRatio} />
        <Share name="of the faults were seen" ratio={view.faultRatio} />
        <AgeSummary view={view} nowMs={nowMs} />
      </div>
      <Gaps view={view} />
      <div className="coverage-head">
        <h2>Fault × alert</h2>
        <span className="toolbar">
          {unfired > 0 && (
            <label className="switch">
              <input
                type="checkbox"
                checked={query.get('columns') === 'all'}
                onChange={(event) => setQuery({ columns: event.currentTarget.checked ? 'all' : undefined })}
              />
              with the {unfired} that never fired
            </label>
          )}
          <FilterField label="Filter faults and alerts" />
        </span>
      </div>
      {cell !== undefined && <CellRuns view={view} cell={cell} nowMs={nowMs} />}
      <Matrix view={view} nowMs={nowMs} />
      <p className="sub matrix-note">
        The median time from the injection to the firing, and in how many runs; the colour is the age of the latest one.
        A dashed cell: Alertmanager held the alert back each time, and nobody was notified.
      </p>
    </>
  )
}

function Share({ name, ratio }: { name: string; ratio: number | null }) {
  return (
    <section className="card coverage-share">
      <strong className="number">{ratio === null ? '–' : formatPercent(ratio * 100, 1)}</strong>
      <span>{name}</span>
      <span className="share-bar" aria-hidden="true">
        <span className="share-fill" style={{ width: `${(ratio ?? 0) * 100}%` }} />
      </span>
    </section>
  )
}

function leftOutText({ leftOut, unread }: CoverageView): string {
  const parts = [
    ...leftOut.map(({ verdict, count }) => `${count} ${verdict}`),
    ...(unread === 0 ? [] : [`${unread} that cannot be read`]),
  ]
  return parts.length === 0 ? '' : `Left out, because they prove nothing: ${parts.join(', ')}.`
}
