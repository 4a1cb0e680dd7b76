import { styled } from '../../base/text/terminal-text.ts'
import { visibleLine } from '../../base/text/visible.ts'
import type { Coverage, Row } from '../../coverage/coverage.ts'
import { amountPercent } from '../text/amounts.ts'
import { secondsOrDash } from '../text/sentences.ts'

/** The coverage matrix, for a terminal. */

/** Widest line of a matrix; a wider one becomes a list. In characters. */
const MAX_WIDTH = 100

/** The matrix as lines when it fits, else one line for each fault and alert; then the gaps. */
export function coverageLines(coverage: Coverage, { color }: { color: boolean }): string[] {
  const paint = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow', text: string) =>
    color ? styled(style, text) : text
  const matrix = matrixLines(coverage)
  const fits = matrix.every((line) => line.length <= MAX_WIDTH)
  const lines = [paint('bold', title(coverage)), '', ...(fits ? matrix : listLines(coverage))]
  lines.push('')
  const margin = (what: string, list: readonly string[], style: 'red' | 'yellow') => {
    if (list.length === 0) return lines.push(`${paint('green', '✔')} ${what}: none`)
    lines.push(`${paint(style, '✘')} ${what}: ${list.length}`)
    return lines.push(...wrapped(list).map((line) => `    ${line}`))
  }
  margin('faults nobody saw', coverage.unseenFaults.map(causeName), 'red')
  margin('alerts no drill ever fired', coverage.unfiredAlerts, 'red')
  const unasked = coverage.unaskedAlerts.map(({ alert, count }) => `${alert} ×${count}`)
  margin('alerts that fired unasked', unasked, 'yellow')
  const silent = coverage.rows.filter(({ kind, silent: quiet }) => kind === 'fault' && quiet)
  if (silent.length > 0) lines.push(...wrapped(silent.map(causeName), '  borne in silence, as expected: '))
  if (coverage.goneAlerts.length > 0) lines.push(...wrapped(coverage.goneAlerts, '  fired, but has no rule now: '))
  if (coverage.alwaysFiring.length > 0) {
    lines.push(...wrapped(coverage.alwaysFiring, '  always firing, so not counted: '))
  }
  if (coverage.pagingNobody.length > 0) {
    lines.push(...wrapped(coverage.pagingNobody, '  paging nobody, so not counted: '))
  }
  lines.push('', summaryLine(coverage))
  return lines
}

/** "27 of 30 alerts fired (90.0 %), 12 of 12 faults were seen (100.0 %)" */
export function summaryLine({ alerts, unfiredAlerts, alertRatio, rows, unseenFaults, faultRatio }: Coverage): string {
  const wanted = rows.filter(({ kind, silent }) => kind === 'fault' && !silent).length
  const ratio = (value: number | null) => (value === null ? 'nothing to count' : amountPercent(value))
  return [
    `${alerts.length - unfiredAlerts.length} of ${alerts.length} alerts fired (${ratio(alertRatio)})`,
    `${wanted - unseenFaults.length} of ${wanted} faults were seen (${ratio(faultRatio)})`,
  ].join(', ')
}

export function title({ runs, profile, leftOut }: Coverage): string {
  const others = leftOut.map(({ verdict, count }) => `${count} ${verdict}`)
  const left = others.length === 0 ? '' : `; left out: ${others.join(', ')}`
  return `Coverage of ${runs} ${runs === 1 ? 'run' : 'runs'}, profile ${profile ?? 'any'}${left}`
}

export function causeName({ fault, service }: Pick<Row, 'fault' | 'service'>): string {
  return service === '' ? fault : `${fault} ${service}`
}

/** "0.29 s ×3"; in brackets when nobody was notified. */
export function cellText(cell: Row['cells'][string] | undefined): string {
  if (cell === undefined) return '·'
  const text = `${secondsOrDash(cell.medianMs)} ×${cell.count}`
  return cell.paged ? text : `(${text})`
}

/** The alerts that fired at all: an alert that never fired is named below the matrix instead of having an empty column. */
export function firedAlerts({ rows }: Coverage): string[] {
  return [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))].sort()
}

function matrixLines(coverage: Coverage): string[] {
  const columns = firedAlerts(coverage)
  const rows = [
    ['FAULT', ...columns],
    ...coverage.rows.map((row) => [causeName(row), ...columns.map((name) => cellText(row.cells[name]))]),
  ]
  return aligned(rows)
}

function listLines({ rows }: Coverage): string[] {
  const list = rows.flatMap((row) => {
    const cells = Object.entries(row.cells).sort(([, a], [, b]) => a.medianMs - b.medianMs)
    if (cells.length === 0) return [[causeName(row), row.silent ? '–' : 'nothing', '']]
    return cells.map(([alert, cell], index) => [index === 0 ? causeName(row) : '', alert, cellText(cell)])
  })
  return aligned([['FAULT', 'ALERT', 'MEDIAN'], ...list])
}

function aligned(given: readonly (readonly string[])[]): string[] {
  const rows = given.map((row) => row.map(visibleLine))
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Words with commas, broken so that no line is wider than a matrix may be. */
function wrapped(words: readonly string[], before = ''): string[] {
  const lines: string[] = []
  let line = before
  for (const [index, word] of words.entries()) {
    const text = index === words.length - 1 ? word : `${word}, `
    if (line.trim() !== '' && line.length + text.trimEnd().length > MAX_WIDTH - 4) {
      lines.push(line.trimEnd())
      line = ' '.repeat(before.length === 0 ? 0 : 4)
    }
    line += text
  }
  return [...lines, line.trimEnd()]
}
