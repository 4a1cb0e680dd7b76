import type { StackView } from '../../../src/api/contract.ts'
import type { PartKind } from '../../../src/stack/part.ts'
import { PartRows } from './part-rows.tsx'

const KINDS: Record<PartKind, string> = {
  service: 'Services',
  storage: 'Storage',
  network: 'Network',
  monitoring: 'Monitoring',
  responder: 'Responder',
}

/** Every part and replica, by kind; greyed when control is down. */
export function PartsTable({ view, isDown, nowMs }: { view: StackView; isDown: boolean; nowMs: number }) {
  const kinds = (Object.keys(KINDS) as PartKind[]).filter((kind) => view.services.some((part) => part.kind === kind))
  return (
    <table className="stack" data-down={isDown || undefined}>
      <caption className="hidden">Parts and their replicas</caption>
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col">State</th>
          <th scope="col" className="number">
            Since
          </th>
          <th scope="col" className="number">
            Restarts
          </th>
        </tr>
      </thead>
      {kinds.map((kind) => (
        <tbody key={kind}>
          <tr className="kind">
            <th scope="rowgroup" colSpan={4}>
              {KINDS[kind]}
            </th>
          </tr>
          {view.services
            .filter((part) => part.kind === kind)
            .map((part) => (
              <PartRows key={part.name} service={part} faults={view.faults} nowMs={nowMs} />
            ))}
        </tbody>
      ))}
    </table>
  )
}
