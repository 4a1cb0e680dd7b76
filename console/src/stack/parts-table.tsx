import type { StackView, UsageView } from '../../../src/api/contract.ts'
import type { ServiceStatus } from '../../../src/runtimes/runtime.ts'
import type { PartKind } from '../../../src/stack/part.ts'
import { Empty } from '../ui/empty.tsx'
import { PartRows } from './part-rows.tsx'

const KINDS: Record<PartKind, string> = {
  service: 'Services',
  storage: 'Storage',
  network: 'Network',
  monitoring: 'Monitoring',
  responder: 'Responder',
}

const COLUMNS = [
  { title: 'Part' },
  { title: 'State' },
  { title: 'CPU', isNumber: true, hint: '100 % is one core' },
  { title: 'Memory', isNumber: true, hint: 'Resident, with all processes that it has started' },
  { title: 'Scraped', from: 'wide', hint: 'Whether the last scrape by Prometheus worked' },
  { title: 'Restarts', isNumber: true, from: 'medium' },
  { title: 'Since', isNumber: true, from: 'wide', hint: 'The last change of its state' },
  { title: 'Version', from: 'wide' },
] as const satisfies readonly Column[]

interface Column {
  title: string
  isNumber?: boolean
  /** The least room in which it is shown; the part's page has it always. */
  from?: 'medium' | 'wide'
  hint?: string
}

/** Every part and replica, by kind. */
export function PartsTable({ view, usage, filter, nowMs }: PartsTableProps) {
  const shown = view.services.filter((service) => matches(service, filter.trim().toLowerCase()))
  const kinds = (Object.keys(KINDS) as PartKind[]).filter((kind) => shown.some((part) => part.kind === kind))
  if (shown.length === 0) return <Empty title={`No part has “${filter}” in its name, kind or state`} />
  return (
    <table className="stack">
      <caption className="hidden">Parts and their replicas</caption>
      <thead>
        <tr>
          {COLUMNS.map(({ title, isNumber, from, hint }: Column) => (
            <th scope="col" key={title} title={hint} className={isNumber ? 'number' : undefined} data-from={from}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      {kinds.map((kind) => (
        <tbody key={kind}>
          <tr className="kind">
            <th scope="rowgroup" colSpan={COLUMNS.length}>
              {KINDS[kind]}
            </th>
          </tr>
          {shown
            .filter((part) => part.kind === kind)
            .map((part) => (
              <PartRows key={part.name} service={part} view={view} usage={usage} nowMs={nowMs} />
            ))}
        </tbody>
      ))}
    </table>
  )
}

interface PartsTableProps {
  view: StackView
  usage: UsageView | undefined
  /** Only parts in whose name, kind or state it occurs. */
  filter: string
  nowMs: number
}

function matches({ name, summary, kind, replicas }: ServiceStatus, wanted: string): boolean {
  if (wanted === '') return true
  const texts = [name, summary, KINDS[kind], ...replicas.flatMap(({ id, state }) => [id, state])]
  return texts.some((text) => text.toLowerCase().includes(wanted))
}
