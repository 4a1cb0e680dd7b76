import { largest as mostOf } from '../../base/largest.ts'
import type { EndpointFigures, Latency, Second } from '../../load/result/figures.ts'
import type { LoadResult, Outcome } from '../../load/result/result.ts'
import { chart } from '../page/chart.ts'
import { escapeHtml } from '../page/escape.ts'
import { page } from '../page/page.ts'
import { table, tiles } from '../page/table.ts'
import { amount, amountMs, amountPercent, amountPerSecond, clock } from '../text/amounts.ts'
import { describePlan, describeTarget, describeThreads } from './setting.ts'
import { isGood, workerRows } from './worker-lines.ts'

/** The report of a load run as a page. */

/** Points that a chart can show apart. */
const MAX_POINTS = 600

const OUTCOMES: Record<Outcome, string> = {
  passed: 'Passed',
  failed: 'Failed',
  saturated: 'Generator saturated: the figures prove nothing',
  stopped: 'Stopped',
  broken: "Broken: the journey's own code failed",
}

/** The report of a run: one page that needs nothing but itself. */
export function loadHtml(result: LoadResult): string {
  const { setting, outcome, total, elapsedMs, startedAtMs, saturation } = result
  const startedAt = new Date(startedAtMs).toISOString().replace('T', ' ').replace(/\..*/, ' UTC')
  const sections = [
    `<h1>${escapeHtml(setting.journey)} → ${escapeHtml(describeTarget(setting))}</h1>
<p class="dim">${escapeHtml(describePlan(setting))} · ${clock(elapsedMs)} · ${startedAt} · ${describeThreads(result)} · seed ${setting.seed}</p>
<p><strong class="${outcome}">${OUTCOMES[outcome]}</strong></p>
${result.reasons.map((reason) => `<p>${escapeHtml(reason)}</p>`).join('\n')}`,
    figureTiles(result),
    `<div class="charts">${charts(thin(result.history)).join('\n')}</div>`,
    `<h2>Endpoints</h2>
${endpointTable([...result.endpoints, total], elapsedMs)}
<p class="dim">Latency is of the requests that went well or timed out${setting.plan.model === 'open' ? ', from when each was due' : ''}; quick failures are left out, for they would flatter it. Percentiles are of merged histograms.</p>`,
    ...checksAndThresholds(result),
    ...workersOf(result),
  ]
  if (result.errors.length > 0) {
    const rows = result.errors.map(({ cause, endpoint, count }) => [cause, endpoint, amount(count)])
    sections.push(`<h2>Failures by cause</h2>\n${table([['cause', 'endpoint', 'requests'], ...rows])}`)
  }
  sections.push(`<h2>Generator</h2>
<p>${amountMs(saturation.latenessP99Ms)} late (p99), event loop ${amountMs(saturation.lagP99Ms)} late (p99), busiest thread busy ${amountPercent(saturation.busyRatio)} of the time${saturation.coreWaitRatio === undefined ? '' : `, waiting for a core ${amountPercent(saturation.coreWaitRatio)} of it`}.${result.unfinished > 0 ? ` ${amount(result.unfinished)} requests were cut off by the end of the run.` : ''}</p>`)
  return page(`Load: ${setting.journey}`, sections.join('\n'))
}

function figureTiles({ total, elapsedMs, users, history }: LoadResult): string {
  const latency = total.latencyMs
  const largest = mostOf(
    history.map((second) => second.users),
    users,
  )
  return tiles([
    { value: amount(total.requests), name: 'requests' },
    { value: amountPerSecond(total.requests / Math.max(0.001, elapsedMs / 1_000)), name: 'rate' },
    { value: amountPercent(total.requests === 0 ? 0 : total.failures / total.requests), name: 'failed' },
    { value: latency === null ? '-' : amountMs(latency.p50), name: 'p50' },
    { value: latency === null ? '-' : amountMs(latency.p95), name: 'p95' },
    { value: latency === null ? '-' : amountMs(latency.p99), name: 'p99' },
    { value: latency === null ? '-' : amountMs(latency.max), name: 'max' },
    { value: amount(largest), name: 'users' },
  ])
}

function charts(history: readonly Second[]): string[] {
  const seconds = history.map(({ second }) => second)
  const latency = (key: keyof Latency) => history.map(({ latencyMs }) => latencyMs?.[key] ?? null)
  const perSecond = (value: number) => (value >= 1_000 ? `${(value / 1_000).toFixed(1)}k/s` : `${Math.round(value)}/s`)
  return [
    chart({
      title: 'Requests per second',
      seconds,
      series: [{ name: 'requests', color: 'a', values: history.map(({ requests }) => requests) }],
      format: perSecond,
      whole: true,
    }),
    chart({
      title: 'Latency',
      seconds,
      series: [
        { name: 'p50', color: 'd', values: latency('p50') },
        { name: 'p95', color: 'b', values: latency('p95') },
        { name: 'p99', color: 'c', values: latency('p99') },
      ],
      format: (ms) => (ms === 0 ? '0' : amountMs(ms)),
    }),
    chart({
      title: 'Failures per second',
      seconds,
      series: [{ name: 'failures', color: 'c', values: history.map(({ failures }) => failures) }],
      format: perSecond,
      whole: true,
    }),
    chart({
      title: 'Users',
      seconds,
      series: [{ name: 'users', color: 'a', values: history.map(({ users }) => users) }],
      format: (users) => amount(users),
      whole: true,
    }),
  ]
}

function endpointTable(list: readonly EndpointFigures[], elapsedMs: number): string {
  const header = ['endpoint', 'requests', 'failed', 'rate', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max']
  const keys = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const
  const rows = list.map((one) => [
    one.name,
    amount(one.requests),
    one.failures === 0 ? '0' : `${amount(one.failures)} (${amountPercent(one.failures / Math.max(1, one.requests))})`,
    amountPerSecond(one.requests / Math.max(0.001, elapsedMs / 1_000)),
    ...keys.map((key) => (one.latencyMs === null ? '-' : amountMs(one.latencyMs[key]))),
  ])
  return table([header, ...rows], { classOf: (row) => (row === list.length - 1 ? 'all' : '') })
}

function checksAndThresholds({ checks, thresholds }: LoadResult): string[] {
  const sections: string[] = []
  if (thresholds.length > 0) {
    const rows = thresholds.map(({ text, met, observed }) => [
      text,
      observed ?? 'nothing was measured',
      met ? 'met' : 'not met',
    ])
    sections.push(
      `<h2>Thresholds</h2>\n${table([['threshold', 'measured', ''], ...rows], { classOf: (row) => (thresholds[row]?.met ? 'good' : 'bad') })}`,
    )
  }
  const named = Object.entries(checks)
  if (named.length > 0) {
    const rows = named.map(([name, { passed, failed }]) => [name, amount(passed), amount(failed)])
    sections.push(
      `<h2>Checks</h2>\n${table([['check', 'passed', 'failed'], ...rows], { classOf: (row) => (named[row]?.[1].failed === 0 ? '' : 'bad') })}`,
    )
  }
  return sections
}

function workersOf(result: LoadResult): string[] {
  const { workers = [] } = result
  if (workers.length === 0) return []
  const rows = table(workerRows(result), { classOf: (row) => (workers[row] && !isGood(workers[row]) ? 'bad' : '') })
  return [
    `<h2>Workers</h2>
${rows}
<p class="dim">"clock" is what the clock of the worker shows more than that of the coordinator. All began at one moment.</p>`,
  ]
}

/** Long runs: of several seconds the one with the slowest p99 stands for all, since percentiles cannot be averaged. */
function thin(history: readonly Second[]): readonly Second[] {
  const every = Math.ceil(history.length / MAX_POINTS)
  if (every <= 1) return history
  const kept: Second[] = []
  for (let at = 0; at < history.length; at += every) {
    const group = history.slice(at, at + every)
    const slowest = group.reduce((a, b) => ((b.latencyMs?.p99 ?? 0) > (a.latencyMs?.p99 ?? 0) ? b : a))
    kept.push(slowest)
  }
  return kept
}
