import { styled } from '../../base/text/terminal-text.ts'
import { visibleLine } from '../../base/text/visible.ts'
import type { Counts, EndpointFigures } from '../../load/result/figures.ts'
import type { LoadResult, LoadState, Outcome } from '../../load/result/result.ts'
import { amount, amountMs, amountPercent, amountPerSecond, clock, sparkline } from '../text/amounts.ts'
import { describePlan, describeTarget } from './setting.ts'
import { workerLines } from './worker-lines.ts'

/** The figures of a load run, for a terminal. */

type Colour = 'green' | 'red' | 'yellow' | 'dim' | 'bold'
type Paint = (colour: Colour, text: string) => string

/** Seconds that a sparkline shows. */
const SPARK_SECONDS = 20
const HEADER = ['', 'requests', 'failed', 'rate', 'p50', 'p95', 'p99', 'max', `last ${SPARK_SECONDS} s`]
/** Causes that a table lists; the report has all of them. */
const MAX_ERRORS = 8

const OUTCOMES: Record<Outcome, [Colour, string]> = {
  passed: ['green', 'passed'],
  failed: ['red', 'failed'],
  saturated: ['yellow', 'generator saturated: the figures prove nothing'],
  stopped: ['yellow', 'stopped'],
  broken: ['red', "broken: the journey's own code failed"],
}

/** The live table of a run, as lines. */
export function stateLines(state: LoadState, { color }: { color: boolean }): string[] {
  const paint = painter(color)
  const { setting, elapsedMs, users, saturation } = state
  const lines = [
    `${paint('bold', `▶ ${setting.journey}`)} → ${describeTarget(setting)}   ${describePlan(setting)}`,
    `  ${clock(elapsedMs)} of ${clock(setting.durationMs)}   ${amount(users)} users`,
    '',
    ...endpointTable(state, paint),
    ...linesOfWorkers(state, paint),
    ...errorLines(state, paint),
  ]
  const generator = `  generator  ${amountMs(saturation.latenessP99Ms)} late (p99), busy ${amountPercent(state.history.at(-1)?.busyRatio ?? 0)}`
  lines.push('', saturation.saturated ? paint('yellow', `  ! ${saturation.reason}`) : paint('dim', generator))
  return lines
}

/** One line about a second of a run, for where no table can be drawn. */
export function plainLine(state: LoadState): string {
  const last = state.history.at(-1)
  const latency = last?.latencyMs
  const figures =
    latency === null || latency === undefined
      ? 'nothing answered'
      : `p50 ${amountMs(latency.p50)}  p95 ${amountMs(latency.p95)}  p99 ${amountMs(latency.p99)}  max ${amountMs(latency.max)}`
  const failed = last === undefined ? 0 : last.failures
  return `${clock(state.elapsedMs).padStart(6)}  ${amount(state.users)} users  ${amountPerSecond(last?.requests ?? 0)}  ${amount(failed)} failed  ${figures}`
}

/** What a run has come to, as lines. */
export function resultLines(result: LoadResult, { color, folder }: { color: boolean; folder?: string }): string[] {
  const paint = painter(color)
  const { setting, elapsedMs, checks, thresholds, unfinished } = result
  const [colour, words] = OUTCOMES[result.outcome]
  const lines = [
    `${paint('bold', `▶ ${setting.journey}`)} → ${describeTarget(setting)}   ${describePlan(setting)}   ${clock(elapsedMs)}   seed ${setting.seed}`,
    '',
    ...endpointTable(result, paint),
    ...linesOfWorkers(result, paint),
    ...errorLines(result, paint),
  ]
  const checked = Object.entries(checks)
  if (checked.length > 0) {
    lines.push('')
    for (const [name, { passed, failed }] of checked) {
      const mark = failed === 0 ? paint('green', '✔') : paint('red', '✘')
      lines.push(`  ${mark} ${name}: ${amount(passed)} passed${failed === 0 ? '' : `, ${amount(failed)} failed`}`)
    }
  }
  if (thresholds.length > 0) lines.push('')
  for (const { text, met, observed } of thresholds) {
    lines.push(`  ${met ? paint('green', '✔') : paint('red', '✘')} ${text}: ${observed ?? 'nothing was measured'}`)
  }
  if (unfinished > 0) lines.push('', `  ${amount(unfinished)} requests were cut off by the end of the run`)
  lines.push('', `${paint('bold', 'LOAD')}  ${paint(colour, words)}`)
  for (const reason of result.reasons) lines.push(`  ${reason}`)
  if (folder !== undefined) lines.push(paint('dim', `  report  ${folder}/report.html`))
  return lines
}

function endpointTable(state: LoadState, paint: Paint): string[] {
  const recent = state.history.slice(-SPARK_SECONDS)
  const seconds = Math.max(1, state.elapsedMs / 1_000)
  const row = (
    name: string,
    figures: EndpointFigures,
    each: (second: (typeof recent)[number]) => Counts | undefined,
  ) => [
    name,
    amount(figures.requests),
    figures.failures === 0
      ? '0'
      : `${amount(figures.failures)} (${amountPercent(figures.failures / Math.max(1, figures.requests))})`,
    amountPerSecond(figures.requests / seconds),
    ...(['p50', 'p95', 'p99', 'max'] as const).map((key) =>
      figures.latencyMs === null ? '-' : amountMs(figures.latencyMs[key]),
    ),
    sparkline(recent.map((second) => each(second)?.requests ?? 0)),
  ]
  const rows = [
    HEADER,
    ...state.endpoints.map((one) => row(one.name, one, (second) => second.endpoints[one.name])),
    row('all', state.total, (second) => second),
  ].map((cells) => cells.map(visibleLine))
  const widths = HEADER.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  return rows.map((cells, index) => {
    const text = cells
      .map((cell, column) => {
        const width = widths[column] ?? 0
        const padded = column === 0 || column === cells.length - 1 ? cell.padEnd(width) : cell.padStart(width)
        return column === 2 && index > 0 && cell !== '0' ? paint('red', padded) : padded
      })
      .join('  ')
      .trimEnd()
    return `  ${index === 0 ? paint('dim', text) : index === rows.length - 1 ? paint('bold', text) : text}`
  })
}

function linesOfWorkers(state: LoadState, paint: Paint): string[] {
  const lines = workerLines(state).map(({ text, isGood }, index) => {
    const line = `  ${text}`
    return index === 0 ? paint('dim', line) : isGood ? line : paint('yellow', line)
  })
  return lines.length === 0 ? [] : ['', ...lines]
}

function errorLines({ errors, thrown }: LoadState, paint: Paint): string[] {
  const lines = [
    ...errors
      .slice(0, MAX_ERRORS)
      .map(({ endpoint, cause, count }) => `${amount(count)} × ${visibleLine(`${endpoint}: ${cause}`)}`),
    ...(errors.length > MAX_ERRORS ? [`… and ${errors.length - MAX_ERRORS} other causes`] : []),
    ...Object.entries(thrown).map(
      ([message, count]) => `${amount(count)} × the journey threw: ${visibleLine(message)}`,
    ),
  ]
  return lines.length === 0 ? [] : ['', ...lines.map((line) => `  ${paint('red', line)}`)]
}

function painter(color: boolean): Paint {
  return (colour, text) => (color ? styled(colour, text) : text)
}
