import type { LoadComparison, LoadRunView } from '../../../../src/api/contract.ts'
import { TimeChart } from '../../charts/time-chart.tsx'
import { usePoll } from '../../feed/use-poll.ts'
import { formatAge } from '../../format/format-age.ts'
import { formatMs, formatPercent, formatRate } from '../../format/format-figure.ts'
import { linkTo } from '../../shell/route.ts'
import { Badge } from '../../ui/badge.tsx'
import { ScrollX } from '../../ui/scroll-x.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { beganAt, outcomeOf, planText, sentence } from '../load-words.ts'
import { changeOf } from './change-of.ts'
import { overlay } from './overlay.ts'

/** Two loads beside each other: over the time since each began, and figure by figure. */
export function CompareLoads({ before, after }: { before: string; after: string }) {
  const first = usePoll('loadRun', { params: { id: before } }, { everyMs: undefined })
  const second = usePoll('loadRun', { params: { id: after } }, { everyMs: undefined })
  const comparison = usePoll('compareLoads', { params: { id: before, other: after } }, { everyMs: undefined })
  return (
    <>
      <p className="sub">
        <a href={linkTo('load')}>Load</a>
      </p>
      <div className="toolbar">
        <h1>Two loads</h1>
        <a className="button end" href={linkTo('load', [after], { with: before })}>
          Swap
        </a>
      </div>
      <Waiting for={comparison} height="4rem">
        {({ notes }) =>
          notes.length === 0 ? null : (
            <ul className="notice marks">
              {notes.map((note) => (
                <li key={note}>{sentence(note)}.</li>
              ))}
            </ul>
          )
        }
      </Waiting>
      <Waiting for={first} height="20rem">
        {(a) => (
          <Waiting for={second} height="20rem">
            {(b) => <Runs before={a} after={b} />}
          </Waiting>
        )}
      </Waiting>
      <Waiting for={comparison} height="20rem">
        {(view) => <Differences comparison={view} />}
      </Waiting>
    </>
  )
}

function Runs({ before, after }: { before: LoadRunView; after: LoadRunView }) {
  const { timesMs, pair } = overlay(before.history, after.history)
  const common = { timesMs, fromMs: 0, toMs: timesMs.at(-1) ?? 1, group: 'compare', min: 0, formatTime: formatAge }
  return (
    <>
      <div className="cards two">
        <Run run={before} name="Before" />
        <Run run={after} name="After" />
      </div>
      <div className="load-charts">
        <section className="card">
          <h2>Requests per second</h2>
          <TimeChart
            {...common}
            label="Requests per second of both loads since their begin"
            format={formatRate}
            series={pair((history, at) => ((history.total.requests[at] ?? 0) / (history.spansMs[at] ?? 1_000)) * 1_000)}
          />
        </section>
        <section className="card">
          <h2>Latency, p95</h2>
          <TimeChart
            {...common}
            label="95th percentile of the latency of both loads since their begin"
            format={formatMs}
            series={pair((history, at) => history.total.p95Ms[at] ?? null)}
          />
        </section>
        <section className="card">
          <h2>Failed per second</h2>
          <TimeChart
            {...common}
            label="Failed requests per second of both loads since their begin"
            format={formatRate}
            series={pair((history, at) => ((history.total.failures[at] ?? 0) / (history.spansMs[at] ?? 1_000)) * 1_000)}
          />
        </section>
      </div>
    </>
  )
}

function Run({ run, name }: { run: LoadRunView; name: string }) {
  const { word, tone } = outcomeOf(run)
  return (
    <section className="card">
      <h2>
        {name}: <a href={linkTo('load', [run.id])}>{run.journey}</a> <Badge tone={tone}>{word}</Badge>
      </h2>
      <p className="sub">
        {beganAt(run)} · {planText(run.plan)} · ran for {formatAge(run.elapsedMs)}
      </p>
    </section>
  )
}

function Differences({ comparison: { differences } }: { comparison: LoadComparison }) {
  const endpoints = [...new Set(differences.map(({ endpoint }) => endpoint))].sort(
    (a, b) => Number(b === 'all') - Number(a === 'all'),
  )
  return (
    <ScrollX label="Figures of both loads">
      <table className="loads">
        <caption className="hidden">Every figure of both loads</caption>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col" className="number">
              Before
            </th>
            <th scope="col" className="number">
              After
            </th>
            <th scope="col" className="number">
              Change
            </th>
          </tr>
        </thead>
        {endpoints.map((endpoint) => (
          <tbody key={endpoint}>
            <tr className="kind">
              <th scope="rowgroup" colSpan={4}>
                {endpoint === 'all' ? 'All endpoints' : endpoint}
              </th>
            </tr>
            {differences
              .filter((one) => one.endpoint === endpoint)
              .map((one) => (
                <DifferenceRow key={one.metric} difference={one} />
              ))}
          </tbody>
        ))}
      </table>
    </ScrollX>
  )
}

type Difference = LoadComparison['differences'][number]

function DifferenceRow({ difference }: { difference: Difference }) {
  const { metric, before, after } = difference
  const { text, tone } = changeOf(difference)
  const show = (value: number | null) => (value === null ? '–' : FORMATS[metric](value))
  return (
    <tr>
      <th scope="row">{NAMES[metric]}</th>
      <td className="number">{show(before)}</td>
      <td className="number">{show(after)}</td>
      <td className="number" data-tone={tone}>
        {text}
      </td>
    </tr>
  )
}

const NAMES: Readonly<Record<Difference['metric'], string>> = {
  rate: 'Requests per second',
  errors: 'Failed',
  p50: 'p50',
  p95: 'p95',
  p99: 'p99',
  max: 'Slowest',
}

const FORMATS: Readonly<Record<Difference['metric'], (value: number) => string>> = {
  rate: formatRate,
  errors: formatPercent,
  p50: formatMs,
  p95: formatMs,
  p99: formatMs,
  max: formatMs,
}
