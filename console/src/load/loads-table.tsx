import type { LoadHead } from '../../../src/api/contract.ts'
import { formatAge } from '../format/format-age.ts'
import { formatCount, formatMs, formatPercent, formatRate } from '../format/format-figure.ts'
import { linkTo } from '../shell/route.ts'
import { Badge } from '../ui/badge.tsx'
import { beganAt, errorRatio, meanRate, outcomeHelp, outcomeOf, planText } from './load-words.ts'

/** The loads that have ended, one a row. Two can be chosen to be compared. */
export function LoadsTable({ loads, chosen, onChoose }: LoadsTableProps) {
  return (
    <div className="scroll-x">
      <table className="loads">
        <caption className="hidden">Loads that have ended, latest first</caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden">Compare</span>
            </th>
            <th scope="col">Load</th>
            <th scope="col">Outcome</th>
            <th scope="col" className="number wide">
              Requests
            </th>
            <th scope="col" className="number rate">
              Rate
            </th>
            <th scope="col" className="number">
              Failed
            </th>
            <th scope="col" className="number wide">
              p50
            </th>
            <th scope="col" className="number">
              p95
            </th>
            <th scope="col" className="number wide">
              p99
            </th>
          </tr>
        </thead>
        <tbody>
          {loads.map((head) => (
            <Row key={head.id} head={head} chosen={chosen} onChoose={onChoose} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface LoadsTableProps {
  loads: readonly LoadHead[]
  /** Ids. */
  chosen: readonly string[]
  onChoose(chosen: readonly string[]): void
}

function Row({ head, chosen, onChoose }: Omit<LoadsTableProps, 'loads'> & { head: LoadHead }) {
  const { id, journey, drill, kept, outcome, plan, total, elapsedMs } = head
  const { word, tone } = outcomeOf(head)
  const isChosen = chosen.includes(id)
  const began = beganAt(head)
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={`Compare ${journey} of ${began}`}
          checked={isChosen}
          disabled={!kept}
          title={kept ? undefined : 'Its result is not in the state folder'}
          onChange={() => onChoose(isChosen ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-2))}
        />
      </td>
      <th scope="row">
        <a className="name" href={linkTo('load', [id])} data-item>
          {journey}
          {drill !== null && ` · of the drill ${drill}`}
        </a>
        <span className="sub">
          {began} · {planText(plan)} · {formatAge(elapsedMs)}
        </span>
      </th>
      <td>
        <Badge tone={tone} {...(outcome === null ? {} : { title: outcomeHelp[outcome] })}>
          {word}
        </Badge>
      </td>
      <td className="number wide">{formatCount(total.requests)}</td>
      <td className="number rate">{formatRate(meanRate(head))}</td>
      <td className="number" data-tone={total.failures > 0 ? 'bad' : undefined}>
        {formatPercent(errorRatio(total))}
      </td>
      <Latency ms={total.latencyMs?.p50} isWide />
      <Latency ms={total.latencyMs?.p95} />
      <Latency ms={total.latencyMs?.p99} isWide />
    </tr>
  )
}

function Latency({ ms, isWide = false }: { ms: number | undefined; isWide?: boolean }) {
  return <td className={isWide ? 'number wide' : 'number'}>{ms === undefined ? '–' : formatMs(ms)}</td>
}
