import type { DashboardView } from '../../../src/api/contract.ts'
import { useAddress, useSetQuery } from '../shell/use-address.ts'
import { FilterField } from '../ui/filter-field.tsx'
import { ChoiceField } from './choice-field.tsx'
import { formatSpan } from './range.ts'
import { TimeField } from './time-field.tsx'
import type { Dashboard } from './use-dashboard.ts'

/** What can be set on a dashboard: the choices, the time range, how often it is refreshed, and which panels are shown. */
export function DashboardTools({ dashboard }: { dashboard: Dashboard }) {
  const { view, range, refreshMs } = dashboard
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const hasData = view === undefined || view.rows.some(({ panels }) => panels.some(({ kind }) => kind !== 'text'))
  return (
    <div className="toolbar dashboard-tools">
      {query.get('panel') === null ? (
        <FilterField label={hasData ? 'Find a panel' : 'Find a runbook'} />
      ) : (
        <button type="button" className="button" onClick={() => setQuery({ panel: undefined })}>
          All panels
        </button>
      )}
      {view?.choices.map((choice) => (
        <ChoiceField key={choice.name} {...choice} />
      ))}
      {hasData && (
        <div className="end dashboard-time">
          <TimeField range={range} usualMs={view?.clock.rangeMs} shown={dashboard.data} />
          <select
            className="field"
            aria-label="Refresh"
            value={refreshMs === 0 ? 'off' : formatSpan(refreshMs)}
            disabled={range.kind === 'fixed'}
            onChange={(event) => setQuery({ refresh: event.currentTarget.value })}
          >
            {refreshes(view, refreshMs).map((ms) => (
              <option key={ms} value={formatSpan(ms)}>
                every {formatSpan(ms)}
              </option>
            ))}
            <option value="off">no refresh</option>
          </select>
        </div>
      )}
    </div>
  )
}

const REFRESHES_MS = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000]

function refreshes(view: DashboardView | undefined, refreshMs: number): number[] {
  const all = new Set([...REFRESHES_MS, view?.clock.refreshMs ?? 1_000, refreshMs])
  return [...all].filter((ms) => ms > 0).sort((a, b) => a - b)
}
