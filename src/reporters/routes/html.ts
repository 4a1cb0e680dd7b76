import type { RoutesReport } from '../../routing/routes-report.ts'
import { escapeHtml } from '../page/escape.ts'
import { page } from '../page/page.ts'
import { table, tiles } from '../page/table.ts'
import { isQuiet } from './sentences.ts'
import { routeTables } from './terminal.ts'

/** Who is notified of what, as a page that needs nothing but itself. */
export function routesHtml(report: RoutesReport): string {
  const { title, alerts, faults, notes } = routeTables(report)
  const quiet = report.alerts.filter((alert) => isQuiet(alert) === 'yes').length
  const receivers = new Set(report.alerts.flatMap(({ routes }) => routes.map(({ receiver }) => receiver)))
  return page(
    'Firedrill: routes',
    `<h1>Routes</h1>
${title.map((line) => `<p class="dim">${escapeHtml(line)}</p>`).join('\n')}
${tiles([
  { value: String(report.alerts.length), name: 'alert rules' },
  { value: String(receivers.size), name: 'receivers' },
  { value: String(quiet), name: 'alerts of which nobody is notified', tone: quiet === 0 ? 'good' : 'bad' },
])}
<h2>Alerts</h2>
${table(alerts.map(capitalised), { text: [0, 1, 2, 3, 4, 5] })}
${faults.length === 0 ? '' : `<h2>Faults</h2>\n${table(faults.map(capitalised), { text: [0, 1, 2, 3, 4, 5] })}`}
${notes.map((note) => `<p class="dim">${escapeHtml(note)}</p>`).join('\n')}`,
  )
}

/** The head of a table, as pages write it. */
function capitalised(row: readonly string[], index: number): readonly string[] {
  return index > 0 ? row : row.map((cell) => cell.charAt(0) + cell.slice(1).toLowerCase())
}
