import type { StackView } from '../../../src/api/contract.ts'
import type { ReplicaStatus, ServiceStatus } from '../../../src/runtimes/runtime.ts'
import { formatAge, formatClock } from '../format/format-age.ts'
import type { MapFeed } from '../map/use-map.ts'
import { ReplicaState } from '../stack/replica-state.tsx'
import { UsageCells } from '../stack/usage-cells.tsx'
import { ReplicaActions } from './replica-actions.tsx'

/** The replicas of a part, each with what can be done to it. */
export function ReplicaTable({ service, view, feed }: ReplicaTableProps) {
  const { nowMs, usage } = feed.input
  if (service.replicas.length === 0) return <p className="empty">Scaled to none: nothing of it runs.</p>
  return (
    <table className="stack replicas">
      <caption className="hidden">Replicas of {service.name}</caption>
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col" className="number">
            CPU
          </th>
          <th scope="col" className="number">
            Memory
          </th>
          <th scope="col" data-from="wide">
            Scraped
          </th>
          <th scope="col" className="number">
            Restarts
          </th>
          <th scope="col" className="number" data-from="wide">
            Since
          </th>
          <th scope="col" data-from="wide">
            Last end
          </th>
          <th scope="col">Change</th>
        </tr>
      </thead>
      <tbody>
        {service.replicas.map((replica) => (
          <tr key={replica.id} data-replica={replica.id}>
            <td>
              <ReplicaState replica={replica} faults={view.faults} nowMs={nowMs} />
            </td>
            <UsageCells replica={replica.id} usage={usage} />
            <td className="number">{replica.restarts}</td>
            <td className="number" data-from="wide">
              {formatAge(nowMs - replica.sinceMs)}
            </td>
            <td data-from="wide">{endOf(replica)}</td>
            <td className="replica-actions">
              <ReplicaActions service={service} replica={replica} capabilities={feed.topology?.capabilities} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface ReplicaTableProps {
  service: ServiceStatus
  view: StackView
  feed: MapFeed
}

function endOf({ lastExit }: ReplicaStatus): string {
  if (lastExit === undefined) return '–'
  const { code, signal, atMs } = lastExit
  return `${signal ?? `exit code ${code}`}, ${formatClock(atMs)}`
}
