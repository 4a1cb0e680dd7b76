import type { IncidentsView as Incidents, IncidentView } from '../../../src/api/contract.ts'
import type { Polled } from '../feed/use-poll.ts'
import { useAddress, useSetQuery } from '../shell/use-address.ts'
import { FilterField } from '../ui/filter-field.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { IncidentRows } from './incident-rows.tsx'
import { whatWasDone } from './incident-words.ts'

/** All incidents that the responder keeps, the latest first. */
export function IncidentsView({ incidents }: { incidents: Polled<Incidents> }) {
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const isOpenOnly = query.get('open') === '1'
  const text = (query.get('q') ?? '').toLowerCase()
  const fits = (incident: IncidentView) =>
    (!isOpenOnly || incident.resolvedAtMs === undefined) &&
    `#${incident.number} ${incident.alertname} ${incident.target} ${incident.status} ${whatWasDone(incident)}`
      .toLowerCase()
      .includes(text)
  return (
    <>
      <div className="toolbar">
        <FilterField label="Filter incidents" />
        <label className="switch">
          <input
            type="checkbox"
            checked={isOpenOnly}
            onChange={(event) => setQuery({ open: event.currentTarget.checked ? '1' : undefined })}
          />
          Only those whose alert is not resolved
        </label>
      </div>
      <Waiting for={incidents} height="20rem">
        {(value) => <IncidentRows incidents={value.incidents.filter(fits).toReversed().slice(0, MOST)} />}
      </Waiting>
    </>
  )
}

/** Rows that a page shows; older ones are found by the filter. */
const MOST = 200
