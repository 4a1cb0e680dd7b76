import type { LoadHead } from '../../../src/api/contract.ts'
import { formatAge } from '../format/format-age.ts'
import { linkTo } from '../shell/route.ts'
import { Badge } from '../ui/badge.tsx'
import { ScrollX } from '../ui/scroll-x.tsx'
import { FigureCells, FigureHeads } from './figure-cells.tsx'
import { beganAt, outcomeHelp, outcomeOf, planText } from './load-words.ts'

/** The loads that have ended, one a row. Two of those with a result can be chosen to be compared. */
export function LoadsTable({ loads, chosen, onChoose }: LoadsTableProps) {
  const canCompare = loads.filter(({ kept }) => kept).length > 1
  return (
    <ScrollX label="Loads that have ended">
      <table className="loads">
        <caption className="hidden">Loads that have ended, latest first</caption>
        <thead>
          <tr>
            {canCompare && (
              <th scope="col" className="choice">
                <span className="hidden">Compare</span>
              </th>
            )}
            <th scope="col">Load</th>
            <th scope="col">Outcome</th>
            <FigureHeads />
          </tr>
        </thead>
        <tbody>
          {loads.map((head) => (
            <Row key={head.id} head={head} {...(canCompare ? { chosen, onChoose } : {})} />
          ))}
        </tbody>
      </table>
    </ScrollX>
  )
}

interface LoadsTableProps {
  loads: readonly LoadHead[]
  /** Ids. */
  chosen: readonly string[]
  onChoose(chosen: readonly string[]): void
}

function Row({ head, chosen, onChoose }: Partial<Omit<LoadsTableProps, 'loads'>> & { head: LoadHead }) {
  const { id, journey, drill, outcome, plan, total, elapsedMs } = head
  const { word, tone } = outcomeOf(head)
  return (
    <tr>
      {chosen !== undefined && onChoose !== undefined && (
        <td className="choice">{head.kept && <Choice head={head} chosen={chosen} onChoose={onChoose} />}</td>
      )}
      <th scope="row">
        <a className="name" href={linkTo('load', [id])} data-item>
          {journey}
        </a>
        <span className="sub">
          {beganAt(head)} · {drill !== null && `drill ${drill} · `}
          {planText(plan)} · {formatAge(elapsedMs)}
        </span>
      </th>
      <td>
        <Badge tone={tone} {...(outcome === null ? {} : { title: outcomeHelp[outcome] })}>
          {word}
        </Badge>
      </td>
      <FigureCells counts={total} seconds={elapsedMs / 1_000} />
    </tr>
  )
}

/** Two at most: another one takes the place of the one that was chosen first. */
function Choice({ head, chosen, onChoose }: Omit<LoadsTableProps, 'loads'> & { head: LoadHead }) {
  const { id, journey } = head
  const isChosen = chosen.includes(id)
  return (
    <input
      type="checkbox"
      aria-label={`Compare ${journey} of ${beganAt(head)}`}
      checked={isChosen}
      onChange={() => onChoose(isChosen ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-2))}
    />
  )
}
