import type { Coverage, Row } from '../../coverage/coverage.ts'
import { escapeHtml } from '../page/escape.ts'
import { page } from '../page/page.ts'
import { tiles } from '../page/table.ts'
import { amountPercent } from '../text/amounts.ts'
import { secondsOrDash } from '../text/sentences.ts'
import { causeName, cellText, summaryLine, title } from './terminal.ts'

/** The whole matrix, also the alerts that never fired, as a page that needs nothing but itself. */
export function coverageHtml(coverage: Coverage): string {
  const { alerts, goneAlerts, unfiredAlerts, rows, alertRatio, faultRatio, unaskedAlerts } = coverage
  const percent = (ratio: number | null) => (ratio === null ? '–' : amountPercent(ratio))
  const tone = (ratio: number | null) => (ratio === 1 ? 'good' : 'bad')
  const firstRow = (name: string) => rows.findIndex(({ cells }) => cells[name] !== undefined)
  const fired = [...alerts.filter((name) => !unfiredAlerts.includes(name)), ...goneAlerts]
  // What fired stands first, in the order of the faults, so that the matrix is filled from corner to corner.
  const columns = [...fired.sort((a, b) => firstRow(a) - firstRow(b)), ...unfiredAlerts]
  return page(
    'Firedrill: coverage',
    `<h1>Coverage</h1>
<p class="dim">${escapeHtml(title(coverage))}</p>
${tiles([
  { value: percent(alertRatio), name: 'of the alerts fired in a drill', tone: tone(alertRatio) },
  { value: percent(faultRatio), name: 'of the faults were seen', tone: tone(faultRatio) },
  { value: String(unaskedAlerts.length), name: 'alerts fired unasked' },
])}
<p>${escapeHtml(summaryLine(coverage))}.</p>
<h2>Fault × alert</h2>
<p class="dim">Median time from the injection to the alert firing, and in how many runs. In brackets: Alertmanager held it back, nobody was notified.</p>
<div class="scroll"><table class="matrix"><thead><tr><th scope="col">fault</th>${columns.map((name) => headerCell(name, coverage)).join('')}<th scope="col">runs</th></tr></thead>
<tbody>${rows.map((row) => matrixRow(row, columns)).join('\n')}</tbody></table></div>
${list('Faults nobody saw', coverage.unseenFaults.map(causeName))}
${list('Alerts no drill ever fired', coverage.unfiredAlerts)}
${list(
  'Alerts that fired unasked',
  unaskedAlerts.map(
    ({ alert, count, drills }) => `${alert}, in ${count} of ${coverage.runs} runs: ${drills.join('; ')}`,
  ),
)}
${coverage.alwaysFiring.length === 0 ? '' : `<p class="dim">Always firing, so that no drill can fire it, and not counted: ${escapeHtml(coverage.alwaysFiring.join(', '))}.</p>`}
${coverage.pagingNobody.length === 0 ? '' : `<p class="dim">Paging nobody, there to hold back others, and not counted: ${escapeHtml(coverage.pagingNobody.join(', '))}.</p>`}`,
  )
}

function headerCell(name: string, { unfiredAlerts }: Coverage): string {
  const never = unfiredAlerts.includes(name)
  return `<th scope="col" class="${never ? 'never' : ''}"><span>${escapeHtml(name)}</span></th>`
}

function matrixRow(row: Row, columns: readonly string[]): string {
  const cells = columns.map((name) => {
    const cell = row.cells[name]
    if (cell === undefined) return '<td class="gap">·</td>'
    const all = cell.timesMs.map((ms) => secondsOrDash(ms)).join(', ')
    return `<td class="${cell.paged ? 'hit' : 'gap'}" title="${escapeHtml(`${name}: ${all}`)}">${escapeHtml(cellText(cell))}</td>`
  })
  return `<tr><th scope="row">${escapeHtml(causeName(row))}</th>${cells.join('')}<td>${row.runs}</td></tr>`
}

function list(name: string, items: readonly string[]): string {
  const body =
    items.length === 0
      ? '<p class="good">None.</p>'
      : `<ul>${items.map((one) => `<li>${escapeHtml(one)}</li>`).join('\n')}</ul>`
  return `<h2>${name}</h2>\n${body}`
}
