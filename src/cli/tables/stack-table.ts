import type { StackView } from '../../api/contract.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { paint } from '../terminal/output.ts'
import { fitTable } from './fit-table.ts'

/** Names, states and addresses of everything that runs, as lines for `stream`. */
export function stackTable(stack: StackView, stream: NodeJS.WriteStream, nowMs = Date.now()): string[] {
  const rows = [['NAME', 'STATE', 'URL', 'RESTARTS', 'SINCE', 'WHAT IT IS']]
  rows.push([
    'console',
    stack.state !== 'up' ? stack.state : stack.troubles.length === 0 ? 'healthy' : 'troubled',
    stack.url,
    '-',
    formatDuration(nowMs - stack.startedAtMs),
    'this stack, as a page and an API',
  ])
  for (const service of stack.services) {
    for (const replica of service.replicas) {
      const { host, port } = replica.address
      const url = service.kind === 'storage' ? `${host}:${port}` : `http://${host}:${port}`
      const since = formatDuration(Math.max(0, nowMs - replica.sinceMs))
      rows.push([replica.id, replica.state, url, String(replica.restarts), since, service.summary])
    }
  }
  const style = (text: string, row: number, column: number) => {
    if (row === 0) return paint(stream, 'dim', text)
    if (column !== 1) return text
    const state = text.trim()
    return paint(stream, GOOD.has(state) ? 'green' : WAITING.has(state) ? 'yellow' : 'red', text)
  }
  const table = fitTable(rows, { style, stream, lastMayGo: true })
  const how = howToOpen(stack)
  return how === undefined ? table : [...table, how]
}

const GOOD = new Set(['healthy'])
const WAITING = new Set(['starting', 'backoff', 'stopping', 'paused'])

/** How one gets into the pages that ask for a password; `undefined` where there are none. */
function howToOpen({ services }: StackView): string | undefined {
  const names = services.flatMap(({ name, url, asksPassword }) => (url && asksPassword ? [name] : []))
  return names.length === 0
    ? undefined
    : `firedrill open NAME lets you in where a password is asked: ${names.join(', ')}`
}

/** Whether everything that should run does, control among it. */
export function isHealthy(stack: StackView): boolean {
  return (
    stack.state === 'up' &&
    stack.troubles.length === 0 &&
    stack.services.every((service) => service.replicas.every((replica) => replica.state === 'healthy'))
  )
}
