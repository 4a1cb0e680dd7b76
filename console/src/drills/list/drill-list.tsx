import type { DrillOutline } from '../../../../src/api/contract/drills/drills.ts'
import { useNow } from '../../feed/use-now.ts'
import { usePoll } from '../../feed/use-poll.ts'
import { linkTo } from '../../shell/route.ts'
import { useAddress, useSetQuery } from '../../shell/use-address.ts'
import { commandOn } from '../../ui/command-on.ts'
import { CopyCommand } from '../../ui/copy-command.tsx'
import { Empty } from '../../ui/empty.tsx'
import { FilterField } from '../../ui/filter-field.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { DrillRow } from './drill-row.tsx'
import { filterDrills, LAST_VERDICTS, lastVerdict, orderDrills } from './order-drills.ts'
import { RunsUnderWay } from './runs-under-way.tsx'

/** Every drill with its last verdict; what needs attention first. */
export function DrillList({ folder }: { folder: string | undefined }) {
  const drills = usePoll('drills', {}, { everyMs: 5_000 })
  return (
    <>
      <h1>Drills</h1>
      <p className="lead">
        A drill breaks something on purpose under load, and checks that it is seen, notified and repaired in time.
      </p>
      <RunsUnderWay />
      <Waiting for={drills} height="36rem">
        {(view) => <Drills drills={view.drills} folder={folder} />}
      </Waiting>
    </>
  )
}

function Drills({ drills, folder }: { drills: readonly DrillOutline[]; folder: string | undefined }) {
  const { query } = useAddress()
  const nowMs = useNow(10_000)
  const verdict = query.get('verdict')
  const shown = orderDrills(filterDrills(drills, query.get('q') ?? '', verdict))
  return (
    <>
      <div className="toolbar">
        <FilterField label="Filter drills" />
        <VerdictChoice drills={drills} chosen={verdict} />
      </div>
      {drills.every(({ last }) => last === null) && (
        <div className="notice first-drill">
          <p>
            No drill has run on this stack yet. The first one to run is{' '}
            <a href={linkTo('drills', ['store-crash'])}>store-crash</a>: it takes about ten seconds.
          </p>
          {folder !== undefined && (
            <CopyCommand command={commandOn(folder, 'run', 'store-crash')} purpose="runs the first drill" />
          )}
        </div>
      )}
      {shown.length === 0 ? (
        <Empty title="No drill matches the filter">
          <p>
            <a href={linkTo('drills')}>Show all {drills.length}</a>
          </p>
        </Empty>
      ) : (
        <ul className="drill-list">
          {shown.map((drill) => (
            <DrillRow key={drill.name} drill={drill} nowMs={nowMs} />
          ))}
        </ul>
      )}
    </>
  )
}

function VerdictChoice({ drills, chosen }: { drills: readonly DrillOutline[]; chosen: string | null }) {
  const setQuery = useSetQuery()
  const counts = LAST_VERDICTS.map((name) => ({
    name,
    count: drills.filter((drill) => lastVerdict(drill) === name).length,
  }))
  return (
    <fieldset className="choice" aria-label="Last verdict">
      <button type="button" aria-pressed={chosen === null} onClick={() => setQuery({ verdict: undefined })}>
        all <span className="number">{drills.length}</span>
      </button>
      {counts
        .filter(({ name, count }) => count > 0 || chosen === name)
        .map(({ name, count }) => (
          <button key={name} type="button" aria-pressed={chosen === name} onClick={() => setQuery({ verdict: name })}>
            {name} <span className="number">{count}</span>
          </button>
        ))}
    </fieldset>
  )
}
