import type { LoadRunView } from '../../../src/api/contract.ts'
import { formatCount } from '../format/format-figure.ts'
import { useSetQuery } from '../shell/use-address.ts'
import { ScrollX } from '../ui/scroll-x.tsx'
import { FigureCells, FigureHeads } from './figure-cells.tsx'

/** The figures of each endpoint, and why its requests failed. */
export function EndpointTable({ run }: { run: LoadRunView }) {
  const { endpoints, total, elapsedMs } = run
  const setQuery = useSetQuery()
  const seconds = Math.max(1, elapsedMs / 1_000)
  return (
    <>
      <h2>Endpoints</h2>
      <ScrollX label="Endpoints">
        <table className="loads">
          <caption className="hidden">Figures of each endpoint since the begin of the load</caption>
          <thead>
            <tr>
              <th scope="col">Endpoint</th>
              <FigureHeads />
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
                <FigureCells counts={counts} seconds={seconds} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">
                <span className="name">All</span>
              </th>
              <FigureCells counts={total} seconds={seconds} />
            </tr>
          </tfoot>
        </table>
      </ScrollX>
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
