import { type ReactNode, useMemo } from 'react'
import type { LoadLine, LoadRunView, StackView } from '../../../src/api/contract.ts'
import type { Band } from '../charts/chart.ts'
import { chartColors, useColorScheme } from '../charts/colors.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { useNow } from '../feed/use-now.ts'
import { formatMs, formatRate } from '../format/format-figure.ts'
import { useAddress, useSetQuery } from '../shell/use-address.ts'
import { faultBands } from './fault-bands.ts'

/** Rate, latency, users and failures of a load over time, of all endpoints or of one. One cursor is on all of them. */
export function LoadCharts({ run, stack }: { run: LoadRunView; stack: StackView | undefined }) {
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const chosen = query.get('endpoint')
  const { history, thresholds } = run
  const line: LoadLine = history.endpoints.find(({ name }) => name === chosen) ?? history.total
  const bands = useFaultBands(run, stack)
  useColorScheme()
  const { bad } = chartColors()
  const [fromMs, toMs] = useRange(run)
  const perSecond = (counts: readonly number[]) =>
    counts.map((count, at) => count / ((history.spansMs[at] ?? 1_000) / 1_000))
  const common = { timesMs: history.timesMs, fromMs, toMs, bands, group: `load-${run.id}`, min: 0 }
  const limits = thresholds.flatMap(({ latencyMs, met }) =>
    latencyMs === null || chosen !== null
      ? []
      : [{ value: latencyMs, tone: met ? ('wait' as const) : ('bad' as const) }],
  )
  return (
    <>
      <div className="toolbar">
        <label>
          Show{' '}
          <select
            className="field"
            value={chosen ?? ''}
            onChange={(event) => setQuery({ endpoint: event.currentTarget.value })}
          >
            <option value="">all endpoints</option>
            {history.endpoints.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <Bands bands={bands} />
      </div>
      <div className="load-charts">
        <Chart title="Requests per second">
          <TimeChart
            {...common}
            label="Requests per second, and how many of them failed"
            format={formatRate}
            series={[
              { name: 'requests', values: perSecond(line.requests) },
              { name: 'failed', values: perSecond(line.failures), color: bad },
            ]}
          />
        </Chart>
        <Chart title="Latency">
          <TimeChart
            {...common}
            label="Latency in each second: median, 95th and 99th percentile"
            format={formatMs}
            limits={limits}
            series={[
              { name: 'p50', values: line.p50Ms },
              { name: 'p95', values: line.p95Ms },
              { name: 'p99', values: line.p99Ms },
            ]}
          />
        </Chart>
        <Chart title="Failures by cause">
          <TimeChart
            {...common}
            stacked
            label="Failed requests per second by cause, all endpoints together"
            format={formatRate}
            series={history.causes.map(({ cause, failures }) => ({ name: cause, values: perSecond(failures) }))}
          />
          {history.causes.length === 0 && <p className="sub">No request has failed.</p>}
        </Chart>
        <Chart title="Users">
          <TimeChart
            {...common}
            label="Virtual users"
            format={(value) => Math.round(value).toLocaleString('en')}
            series={[{ name: 'users', values: history.users }]}
          />
        </Chart>
      </div>
    </>
  )
}

function Chart({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

/** The time that is shown: all that is planned while a load runs, so that the axis stands still. */
function useRange({ startedAtMs, durationMs, state, history }: LoadRunView): [fromMs: number, toMs: number] {
  const lastMs = history.timesMs.at(-1) ?? startedAtMs
  const leastMs = startedAtMs + LEAST_MS
  if (state === 'ended') return [startedAtMs, Math.max(lastMs, startedAtMs + 1_000)]
  return [startedAtMs, Math.max(lastMs, durationMs === null ? leastMs : startedAtMs + durationMs)]
}

const LEAST_MS = 30_000

/** A band ends with the second that is drawn: it grows with the lines. */
function useFaultBands(run: LoadRunView, stack: StackView | undefined): readonly Band[] {
  const second = Math.floor(useNow(1_000) / 1_000)
  const endMs = run.state === 'running' ? second * 1_000 : (run.history.timesMs.at(-1) ?? run.startedAtMs)
  return useMemo(() => faultBands(run, stack?.faults ?? [], endMs), [run, stack?.faults, endMs])
}

/** The bands in words, each fault once. */
function Bands({ bands }: { bands: readonly Band[] }) {
  if (bands.length === 0) return null
  return (
    <span className="sub">
      <span className="swatch band" aria-hidden="true" /> In force:{' '}
      {[...new Set(bands.map(({ label }) => label))].join(', ')}
    </span>
  )
}
