import type { CoverageView } from '../../../src/api/contract.ts'
import { formatShortTime } from '../format/format-amount.ts'
import { proofAge } from '../format/proof-age.ts'
import { linkTo } from '../shell/route.ts'
import { useSetQuery } from '../shell/use-address.ts'
import { Badge, verdictTone } from '../ui/badge.tsx'
import { causeOf } from './cells.ts'

/** The runs behind a cell of the matrix, or behind a whole row. */
export function CellRuns({ view, cell, nowMs }: CellRunsProps) {
  const setQuery = useSetQuery()
  const row = view.rows.find(({ fault, service }) => fault === cell.fault && service === cell.service)
  const close = () => setQuery({ cell: undefined })
  const proofs = row?.cells[cell.alert]?.proofs
  const shown = proofs ?? (row?.runs ?? []).map((run) => ({ run, afterMs: undefined, notified: true }))
  return (
    <section className="card cell-runs" aria-label="Runs of this cell">
      <div className="cell-runs-head">
        <h3>
          {causeOf(cell)}
          {cell.alert !== '' && ` → ${cell.alert}`}
        </h3>
        <button type="button" className="button" onClick={close}>
          Close
        </button>
      </div>
      {row === undefined && <p>No run that counts has done this.</p>}
      {row !== undefined && cell.alert !== '' && proofs === undefined && <p>The alert fired in none of these runs:</p>}
      {shown.length > 0 && (
        <ul>
          {shown.slice(0, MOST_SHOWN).map(({ run, afterMs, notified }) => {
            const one = view.runs[run]
            if (one === undefined) return null
            const age = proofAge(one.startedAtMs, nowMs)
            return (
              <li key={one.journal}>
                <a href={linkTo('drills', [one.drill, 'runs', one.journal])}>{one.title}</a>
                <span>
                  <Badge tone={verdictTone[one.verdict] ?? 'none'}>{one.verdict}</Badge>
                </span>
                <span className="number">{afterMs === undefined ? '' : `after ${formatShortTime(afterMs)}`}</span>
                <span className="proof" data-age={age.level}>
                  {age.text}
                </span>
                {!notified && <span className="sub">held back: nobody was notified</span>}
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}

interface CellRunsProps {
  view: CoverageView
  cell: { fault: string; service: string; alert: string }
  nowMs: number
}

const MOST_SHOWN = 20
