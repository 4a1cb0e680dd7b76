import type { Journal } from '../../drills/journal/journal.ts'
import { type Band, chart, type Series } from '../page/chart.ts'
import { amount, amountMs } from '../text/amounts.ts'
import { sinceZero } from '../text/sentences.ts'
import { actionsOf, alertsOf, busyOf, faultsOf } from './span.ts'

/** The graphs of a run, for its page. */

const COLORS = ['a', 'b', 'd', 'fault', 'c'] as const

/** Request rate, errors, latency and `up`, with what happened marked behind them. */
export function graphs(journal: Journal, span: readonly [number, number]): string[] {
  const { series } = journal
  if (series === null) return []
  const bands = bandsOf(journal, span)
  const { requests, failures, p95Ms } = series.load
  const first = sinceZero(journal, series.startMs)
  // A second is drawn in its middle.
  const seconds = requests.map((_, second) => first + second + 0.5)
  const inSpan = seconds.flatMap((second, index) => (second >= span[0] && second <= span[1] ? [index] : []))
  const pick = <T>(values: readonly (T | null)[]) => inSpan.map((index) => values[index] ?? null)
  const shown = inSpan.map((index) => seconds[index] ?? 0)
  const perSecond = (value: number) => `${amount(value)}/s`
  const line = (title: string, { name, color, values }: Series, format = perSecond) =>
    chart({ title, seconds: shown, span, bands, format, series: [{ name, color, values: pick(values) }] })
  const ofLoad =
    requests.length === 0
      ? []
      : [
          line('Requests per second', { name: 'requests', color: 'a', values: requests }),
          line('Failures per second', { name: 'failures', color: 'c', values: failures }),
          line('Latency, 95 of 100 requests', { name: 'p95', color: 'b', values: p95Ms }, (ms) =>
            ms === 0 ? '0' : amountMs(ms),
          ),
        ]
  return [...ofLoad, ...upGraph(journal, span, bands), ...machineGraph(journal, span, bands)]
}

/** Cores in use, by whom. */
function machineGraph(journal: Journal, span: readonly [number, number], bands: readonly Band[]): string[] {
  const { machine } = journal
  if (machine === null || machine.cores === null) return []
  const shown = machine.samples
    .map((one) => ({ ...one, second: sinceZero(journal, one.atMs - one.forMs / 2) }))
    .filter(({ second }) => second >= span[0] && second <= span[1])
  if (shown.length === 0) return []
  const cores = (name: string, color: string, of: (one: (typeof shown)[number]) => number | null): Series => ({
    name,
    color,
    values: shown.map((one) => {
      const ms = of(one)
      return ms === null ? null : ms / one.forMs
    }),
  })
  return [
    chart({
      title: 'Cores in use',
      seconds: shown.map(({ second }) => second),
      span,
      bands,
      format: (value) => String(Math.round(value * 100) / 100),
      top: machine.cores,
      series: [
        cores('system and run', 'a', ({ oursMs }) => oursMs),
        cores('other programs', 'b', ({ othersMs }) => othersMs),
        cores('a task waits', 'c', ({ stalledMs }) => stalledMs),
      ],
    }),
  ]
}

/** What happened, kind by kind; of alerts only those that fired, since many are pending now and then. */
function bandsOf(journal: Journal, span: readonly [number, number]): Band[] {
  const alerts = alertsOf(journal, span)
  const fired = new Set(alerts.filter(({ kind }) => kind === 'firing').map(({ name }) => name))
  const alertBands = alerts.filter(({ name }) => fired.has(name))
  return [busyOf(journal, span), faultsOf(journal), alertBands, actionsOf(journal, span)].flatMap((list) =>
    (['busy', 'fault', 'pending', 'firing', 'action'] as const).flatMap((kind) =>
      joined(list.filter((one) => one.kind === kind)),
    ),
  )
}

/** Bands that overlap as one: several of them on top of each other would look like more of it. */
function joined(bands: readonly Band[]): Band[] {
  const whole: Band[] = []
  for (const { kind, from, to } of [...bands].sort((a, b) => a.from - b.from)) {
    const last = whole.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else whole.push({ kind, from, to })
  }
  return whole
}

/** Targets and moments that one graph can show apart. */
const MOST_TARGETS = 100
const MOST_MOMENTS = 2_000

function upGraph(journal: Journal, span: readonly [number, number], bands: readonly Band[]): string[] {
  const targets = (journal.series?.up ?? []).filter(({ changes }) => changes.length > 0).slice(0, MOST_TARGETS)
  if (targets.length === 0) return []
  const changes = targets.map(({ changes }) =>
    changes.map(({ atMs, up }) => ({ second: sinceZero(journal, atMs), up })).sort((a, b) => a.second - b.second),
  )
  const moments = [...new Set([...changes.flatMap((list) => list.map(({ second }) => second)), ...span])]
    .filter((second) => second >= span[0] && second <= span[1])
    .sort((a, b) => a - b)
  const every = Math.ceil(moments.length / MOST_MOMENTS)
  const seconds = moments.filter((_, index) => index % every === 0 || index === moments.length - 1)
  const series = targets.map(({ service, instance }, index): Series => {
    const name = instance === '' ? service : instance
    return { name, color: COLORS[index % COLORS.length] ?? 'a', values: stateAt(seconds, changes[index] ?? []) }
  })
  const format = (value: number) => (value >= 1 ? 'up' : value === 0 ? 'down' : '')
  return [chart({ title: 'Scrapes (up)', seconds, span, bands, format, series, stepped: true, top: 1 })]
}

/** The last change before each moment, as 0 or 1; null before the first. Both are in the order of time. */
function stateAt(seconds: readonly number[], changes: readonly { second: number; up: boolean }[]): (number | null)[] {
  let next = 0
  return seconds.map((second) => {
    while ((changes[next]?.second ?? Number.POSITIVE_INFINITY) <= second) next += 1
    const last = changes[next - 1]
    return last === undefined ? null : Number(last.up)
  })
}
