import { pathOf } from '../../../src/api/contract/path-of.ts'
import type { LoadRunView, StackView } from '../../../src/api/contract.ts'
import { formatAge } from '../format/format-age.ts'
import { formatCount, formatMs, formatPercent, formatRate } from '../format/format-figure.ts'
import { linkTo } from '../shell/route.ts'
import { Badge } from '../ui/badge.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { CompareWith } from './compare/compare-with.tsx'
import { EndpointTable } from './endpoint-table.tsx'
import { LoadCharts } from './load-charts.tsx'
import { LoadResults } from './load-results.tsx'
import { beganAt, errorRatio, meanRate, outcomeHelp, outcomeOf, planText } from './load-words.ts'
import { LoadProgress, Tile } from './running-load.tsx'
import { StopLoad } from './stop-load.tsx'
import { useLoadRun } from './use-load-run.ts'

/** One load, while it runs and when it has ended. */
export function OneLoad({ id, stack }: { id: string; stack: StackView | undefined }) {
  const run = useLoadRun(id)
  return (
    <>
      <p className="sub">
        <a href={linkTo('load')}>Load</a>
      </p>
      {run.value === undefined && <h1>Load</h1>}
      <Waiting for={run} height="36rem">
        {(view) => (
          <>
            <Head run={view} onStopped={run.refresh} />
            <Figures run={view} />
            <LoadCharts run={view} stack={stack} />
            <LoadResults run={view} />
            <EndpointTable run={view} />
          </>
        )}
      </Waiting>
    </>
  )
}

function Head({ run, onStopped }: { run: LoadRunView; onStopped(): void }) {
  const { id, journey, drill, plan, target, kept, state, elapsedMs, outcome } = run
  const { word, tone } = outcomeOf(run)
  return (
    <>
      <div className="toolbar load-head">
        <h1>{journey}</h1>
        <Badge tone={tone} {...(outcome === null ? {} : { title: outcomeHelp[outcome] })}>
          {word}
        </Badge>
        {run.saturation.saturated && state === 'running' && <Badge tone="wait">generator saturated</Badge>}
        <span className="end toolbar">
          {kept && (
            <>
              <CompareWith id={id} />
              <a className="button" href={pathOf('loadReport', { params: { id } })} download>
                Download the report
              </a>
            </>
          )}
          {state === 'ended' && drill === null && (
            <a className="button" href={linkTo('load', ['new'], againQuery(run))}>
              Run again …
            </a>
          )}
          {state === 'running' && <StopLoad head={run} onStopped={onStopped} />}
        </span>
      </div>
      <p className="lead">
        {planText(plan)} → <code>{target}</code> · began {beganAt(run)}
        {state === 'ended' && ` · ran for ${formatAge(elapsedMs)}`}
        {drill !== null && (
          <>
            {' · of the drill '}
            <a href={linkTo('drills', [drill])}>{drill}</a>
          </>
        )}
      </p>
      {state === 'running' && <LoadProgress head={run} />}
      {outcome !== null && outcome !== 'passed' && <p className="notice">{outcomeHelp[outcome]}</p>}
      {state === 'ended' && !kept && drill !== null && (
        <p className="notice">
          These figures stay until control ends. What the drill needs of them is in the journal of its run.
        </p>
      )}
    </>
  )
}

/** The form of the same load. */
function againQuery({ journey, plan, durationMs, thresholds }: LoadRunView): Record<string, string> {
  const model: Record<string, string> =
    plan.model === 'open'
      ? { model: 'rate', rate: String(plan.ratePerSecond), shape: plan.shape, maxUsers: String(plan.maxUsers) }
      : { users: String(plan.users), spawn: String(plan.spawnRatePerSecond) }
  return {
    journey,
    ...model,
    duration: `${Math.round((durationMs ?? 60_000) / 1_000)}s`,
    thresholds: thresholds.map(({ text }) => text).join('\n'),
  }
}

function Figures({ run }: { run: LoadRunView }) {
  const { total, state, users, history } = run
  const last = history.timesMs.length - 1
  const latency = total.latencyMs
  const rate = ((history.total.requests[last] ?? 0) / (history.spansMs[last] ?? 1_000)) * 1_000
  const isRunning = state === 'running'
  const ms = (value: number | undefined) => (value === undefined ? '–' : formatMs(value))
  return (
    <dl className="tiles card">
      <Tile name={isRunning ? 'Users' : 'Users at most'} value={formatCount(users)} />
      <Tile
        name={isRunning ? 'Requests now' : 'Requests'}
        value={formatRate(isRunning ? rate : meanRate(run))}
        note={`${formatCount(total.requests)} in all`}
      />
      <Tile
        name="Failed"
        value={formatPercent(errorRatio(total))}
        note={`${formatCount(total.failures)} in all`}
        isBad={total.failures > 0}
      />
      <Tile name="p50" value={ms(latency?.p50)} />
      <Tile name="p95" value={ms(latency?.p95)} />
      <Tile name="p99" value={ms(latency?.p99)} />
      <Tile name="Slowest" value={ms(latency?.max)} />
    </dl>
  )
}
