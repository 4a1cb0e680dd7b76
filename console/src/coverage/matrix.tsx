import type { CoverageRow, CoverageView } from '../../../src/api/contract.ts'
import { formatShortTime } from '../format/format-amount.ts'
import { linkTo } from '../shell/route.ts'
import { useAddress } from '../shell/use-address.ts'
import { Empty } from '../ui/empty.tsx'
import { ageOf, causeOf, cellText, columnsOf } from './cells.ts'

/** Fault × alert: the median time to the firing, coloured by the age of the latest proof. A cell opens its runs. */
export function Matrix({ view, nowMs }: { view: CoverageView; nowMs: number }) {
  const { query } = useAddress()
  const text = (query.get('q') ?? '').toLowerCase()
  const has = (name: string) => name.toLowerCase().includes(text)
  // Who filters may look for an alert that never fired.
  const columns = columnsOf(view, { firedOnly: text === '' && query.get('columns') !== 'all' })
  const matching = columns.filter(has)
  // A filter that names faults leaves all alerts that fired for them, one that names alerts all faults that fired them.
  const rows = view.rows.filter((row) => has(causeOf(row)) || matching.some((name) => row.cells[name] !== undefined))
  const shown = columns.filter(
    (name) => has(name) || rows.some((row) => has(causeOf(row)) && row.cells[name] !== undefined),
  )
  if (rows.length === 0 || shown.length === 0) return <Empty title="No fault and no alert is like that" />
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
    <section className="matrix-place" aria-label="The matrix" tabIndex={0}>
      <table className="matrix">
        <caption className="hidden">
          Faults and the alerts that fired for them: the median time from the injection to the firing, and the number of
          runs
        </caption>
        <thead>
          <tr>
            <th scope="col" className="matrix-corner">
              Fault
            </th>
            {shown.map((name) => (
              <th scope="col" key={name} className="matrix-alert">
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.kind} ${causeOf(row)}`} row={row} columns={shown} view={view} nowMs={nowMs} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface RowProps {
  row: CoverageRow
  columns: readonly string[]
  view: CoverageView
  nowMs: number
}

function Row({ row, columns, view, nowMs }: RowProps) {
  const { query } = useAddress()
  const chosen = query.get('cell')
  const link = (alert: string) => linkTo('coverage', [], { ...Object.fromEntries(query), cell: cellText(row, alert) })
  return (
    <tr>
      <th scope="row">
        <a href={link('')} data-item aria-current={chosen === cellText(row, '') || undefined}>
          {causeOf(row)}
        </a>
        <span className="sub">
          {row.runs.length === 1 ? '1 run' : `${row.runs.length} runs`}
          {row.silent && ', no alert expected'}
        </span>
      </th>
      {columns.map((alert) => {
        const cell = row.cells[alert]
        if (cell === undefined) return <td key={alert} className="matrix-gap" />
        const age = ageOf(row, alert, { runs: view.runs, nowMs })
        const what = `${alert} for ${causeOf(row)}: ${formatShortTime(cell.medianMs)}, ${cell.count === 1 ? '1 run' : `${cell.count} runs`}, proven ${age.text}${cell.notified ? '' : ', held back each time'}`
        return (
          <td key={alert} className="matrix-cell">
            <a
              href={link(alert)}
              data-age={age.level}
              data-held={!cell.notified || undefined}
              aria-current={chosen === cellText(row, alert) || undefined}
              aria-label={what}
              title={what}
            >
              <span className="number">{formatShortTime(cell.medianMs)}</span>
              <span className="matrix-count">×{cell.count}</span>
            </a>
          </td>
        )
      })}
    </tr>
  )
}
