import type { Counts } from '../../load/result/figures.ts'
import type { LoadState } from '../../load/result/result.ts'

/** The history of a load run as CSV. */

const COLUMNS = [
  'second',
  'endpoint',
  'users',
  'requests',
  'failures',
  'mean_ms',
  'p50_ms',
  'p90_ms',
  'p95_ms',
  'p99_ms',
  'max_ms',
]

/** The history of a run: a line for each second and endpoint, and one for all of them together. */
export function historyCsv({ history }: Pick<LoadState, 'history'>): string {
  const lines = [COLUMNS.join(',')]
  for (const second of history) {
    const line = (endpoint: string, { requests, failures, latencyMs }: Counts) =>
      [second.second, quoted(endpoint), second.users, requests, failures]
        .concat((['mean', 'p50', 'p90', 'p95', 'p99', 'max'] as const).map((key) => latencyMs?.[key].toFixed(3) ?? ''))
        .join(',')
    lines.push(line('all', second))
    for (const [name, counts] of Object.entries(second.endpoints)) lines.push(line(name, counts))
  }
  return `${lines.join('\n')}\n`
}

/** Spreadsheets take what begins with =, +, -, @, a tab or a carriage return for a formula, blanks before it or not. */
function quoted(text: string): string {
  const plain = /^\s*[=+\-@\t\r]/.test(text) || /^[\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n\t]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
