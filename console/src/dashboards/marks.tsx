import type { DashboardData } from '../../../src/api/contract.ts'
import { formatClock } from '../format/format-age.ts'

type Mark = DashboardData['marks'][number]

/** What stands behind the graphs, as text: drills, faults and alerts, the latest first. One line, whose height stays. */
export function Marks({ marks }: { marks: readonly Mark[] | undefined }) {
  const distinct = [...new Map((marks ?? []).map((mark) => [keyOf(mark), mark])).values()]
  const shown = distinct.slice(-MOST).reverse()
  const more = distinct.length - shown.length
  return (
    <ul className="marks" aria-label="Drills, faults and alerts in this time range">
      {shown.map((mark) => (
        <li key={keyOf(mark)} className="mark" data-kind={mark.kind}>
          {WORDS[mark.kind]} <strong>{mark.label}</strong>{' '}
          <span className="mark-time">
            {formatClock(mark.fromMs)} – {formatClock(mark.toMs)}
          </span>
        </li>
      ))}
      {more > 0 && <li className="mark-time">and {more} more</li>}
      {marks?.length === 0 && (
        <li className="mark-time">No drill ran, no fault was in force and no alert fired in this time range.</li>
      )}
    </ul>
  )
}

const WORDS: Readonly<Record<Mark['kind'], string>> = { drill: 'Drill', fault: 'Fault', alert: 'Alert' }
/** As many as one line has room for. */
const MOST = 5

function keyOf({ kind, label, fromMs }: Mark): string {
  return `${kind} ${label} ${fromMs}`
}
