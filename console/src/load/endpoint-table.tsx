import type { LoadCounts, LoadRunView } from '../../../src/api/contract.ts'
import { formatCount, formatMs, formatPercent, formatRate } from '../format/format-figure.ts'
import { useSetQuery } from '../shell/use-address.ts'
import { errorRatio } from './load-words.ts'

/** The figures of each endpoint, and why its requests failed. */
export function EndpointTable({ run }: { run: LoadRunView }) {
  const { endpoints, total, elapsedMs } = run
  const setQuery = useSetQuery()
  const seconds = Math.max(1, elapsedMs / 1_000)
  return (
    <>
      <h2>Endpoints</h2>
      <div className="scroll-x">
        <table className="loads">
          <caption className="hidden">Figures of each endpoint since the begin of the load</caption>
          <thead>
            <tr>
              <th scope="col">Endpoint</th>
              <th scope="col" className="number wide">
                Requests
              </th>
              <th scope="col" className="number">
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
              <th scope="col" className="number">
                p99
              </th>
              <th scope="col" className="number wide">
                Slowest
              </th>
            </tr>
          </thead>
          <tbody>
            {endpoints.map(({ name, causes, ...counts }) => (
              <tr key={name}>
                <th scope="row">
                  <button
                    type="button"
                    className="as-link name"
                    data-item
                    title="Show it in the charts"
                    onClick={() => setQuery({ endpoint: name })}
                  >
                    {name}
                  </button>
                  <Causes causes={causes} />
                </th>
                <Cells counts={counts} seconds={seconds} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">
                <span className="name">All</span>
              </th>
              <Cells counts={total} seconds={seconds} />
            </tr>
          </tfoot>
        </table>
      </div>
    </>
  )
}

function Causes({ causes }: { causes: Readonly<Record<string, number>> }) {
  const sorted = Object.entries(causes).sort(([, a], [, b]) => b - a)
  if (sorted.length === 0) return null
  return (
    <span className="sub" data-tone="bad">
      {sorted.map(([cause, count]) => `${formatCount(count)} × ${cause}`).join(', ')}
    </span>
  )
}

function Cells({ counts, seconds }: { counts: LoadCounts; seconds: number }) {
  const { requests, failures, latencyMs } = counts
  const ms = (value: number | undefined) => (value === undefined ? '–' : formatMs(value))
  return (
    <>
      <td className="number wide">{formatCount(requests)}</td>
      <td className="number">{formatRate(requests / seconds)}</td>
      <td className="number" data-tone={failures > 0 ? 'bad' : undefined}>
        {formatPercent(errorRatio(counts))}
      </td>
      <td className="number wide">{ms(latencyMs?.p50)}</td>
      <td className="number">{ms(latencyMs?.p95)}</td>
      <td className="number">{ms(latencyMs?.p99)}</td>
      <td className="number wide">{ms(latencyMs?.max)}</td>
    </>
  )
}
