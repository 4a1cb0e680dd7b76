import type { LoadCounts } from '../../../src/api/contract.ts'
import { formatCount, formatMs, formatPercent, formatRate } from '../format/format-figure.ts'
import { errorRatio } from './load-words.ts'

/** The columns of figures, as every table of loads has them; of those with `room` narrow screens show none. */
const COLUMNS = [
  { title: 'Requests', room: 'wide' },
  { title: 'Rate', room: 'medium' },
  { title: 'Failed' },
  { title: 'p50', room: 'wide' },
  { title: 'p95' },
  { title: 'p99', room: 'wide' },
  { title: 'Slowest', room: 'wide' },
] as const satisfies readonly { title: string; room?: 'medium' | 'wide' }[]

/** Their heads, for the row of heads of a table. */
export function FigureHeads() {
  return COLUMNS.map((column) => (
    <th key={column.title} scope="col" className="number" data-from={roomOf(column)}>
      {column.title}
    </th>
  ))
}

/** The figures of one load or one endpoint, over that many seconds. */
export function FigureCells({ counts, seconds }: { counts: LoadCounts; seconds: number }) {
  const { requests, failures, latencyMs } = counts
  const ms = (value: number | undefined) => (value === undefined ? '–' : formatMs(value))
  const texts = [
    formatCount(requests),
    formatRate(seconds > 0 ? requests / seconds : 0),
    formatPercent(errorRatio(counts)),
    ms(latencyMs?.p50),
    ms(latencyMs?.p95),
    ms(latencyMs?.p99),
    ms(latencyMs?.max),
  ]
  return COLUMNS.map((column, at) => (
    <td
      key={column.title}
      className="number"
      data-from={roomOf(column)}
      data-tone={column.title === 'Failed' && failures > 0 ? 'bad' : undefined}
    >
      {texts[at]}
    </td>
  ))
}

function roomOf(column: (typeof COLUMNS)[number]): string | undefined {
  return 'room' in column ? column.room : undefined
}
