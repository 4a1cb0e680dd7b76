import { styled } from '../base/text/terminal-text.ts'
import { visibleLine } from '../base/text/visible.ts'
import type { BaselineCheck, Compared } from '../baselines/check.ts'
import { secondsOrDash } from './text/sentences.ts'

/** A check as a table, with what could not be compared below it, and the rule that it was judged by. */
export function baselineLines(check: BaselineCheck, { color }: { color: boolean }): string[] {
  const paint = (style: 'bold' | 'red' | 'green' | 'yellow', text: string) => (color ? styled(style, text) : text)
  const { compared, notCompared, rule, slower, profile, runtime } = check
  const rows = [['DRILL', 'FIGURE', 'BASELINE', 'NOW', 'SHIFT', 'P', ''], ...compared.map(rowOf)].map((row) =>
    row.map(visibleLine),
  )
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row, index) => {
    const text = row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
    return index === 0 ? paint('bold', text) : compared[index - 1]?.slower ? paint('red', text) : text
  })
  for (const { drill, why, next } of notCompared) lines.push(paint('yellow', `! ${drill}: ${why}`), `    next: ${next}`)
  const words = slower ? paint('red', 'slower') : paint('green', 'no slower')
  const bounds = `p ≤ ${rule.alpha} over all figures (Mann–Whitney U, Holm), and by at least ${rule.relative * 100} % and ${rule.absoluteMs} ms`
  lines.push(
    '',
    `${paint('bold', 'BASELINE')}  ${words} than the baseline of profile ${profile}, runtime ${runtime}`,
    `  slower is: ${bounds}`,
  )
  return lines
}

function rowOf({ drill, figure, before, after, shiftMs, pValue, slower }: Compared): string[] {
  const median = (ms: number | null, runs: number) => `${ms === null ? 'never' : secondsOrDash(ms)} ×${runs}`
  const sign = (shiftMs ?? 1) > 0 ? '+' : ''
  const share =
    shiftMs === null || before.medianMs === 0 ? '' : ` (${sign}${Math.round((shiftMs / before.medianMs) * 100)} %)`
  return [
    drill,
    figure,
    median(before.medianMs, before.runs),
    median(after.medianMs, after.runs),
    shiftMs === null ? '+∞' : `${sign}${secondsOrDash(shiftMs)}${share}`,
    pValue < 0.0001 ? '<0.0001' : pValue.toFixed(4),
    slower ? 'slower' : '',
  ]
}
