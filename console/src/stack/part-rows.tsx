import type { StackView, UsageView } from '../../../src/api/contract.ts'
import type { ServiceStatus } from '../../../src/runtimes/runtime.ts'
import { formatAge } from '../format/format-age.ts'
import { linkTo } from '../shell/route.ts'
import { ReplicaState } from './replica-state.tsx'
import { UsageCells } from './usage-cells.tsx'

interface PartRowsProps {
  service: ServiceStatus
  view: StackView
  usage: UsageView | undefined
  nowMs: number
}

/** One part: a row for each of its replicas, the name before the first. */
export function PartRows({ service, view, usage, nowMs }: PartRowsProps) {
  const { name, summary, replicas } = service
  const what = (
    <>
      <a className="name" href={linkTo('stack', [name])} data-item>
        {name}
      </a>
      <span className="sub">{summary}</span>
    </>
  )
  if (replicas.length === 0) {
    return (
      <tr>
        <th scope="row">{what}</th>
        <td colSpan={7}>scaled to none</td>
      </tr>
    )
  }
  return replicas.map((replica, index) => (
    <tr key={replica.id} data-replica={replica.id}>
      {index === 0 && (
        <th scope="rowgroup" rowSpan={replicas.length}>
          {what}
        </th>
      )}
      <td>
        <ReplicaState replica={replica} faults={view.faults} nowMs={nowMs} />
      </td>
      <UsageCells replica={replica.id} usage={usage} />
      <td className="number" data-from="medium">
        {replica.restarts}
      </td>
      <td className="number" data-from="wide">
        {formatAge(nowMs - replica.sinceMs)}
      </td>
      <td data-from="wide">{versionOf(name, view)}</td>
    </tr>
  ))
}

/** Of a component its own, of a service that of Firedrill. */
export function versionOf(part: string, { components, version, services }: StackView): string {
  const component = components[part]
  if (component !== undefined) return component.version
  const isOurs = services.some(({ name, kind }) => name === part && kind !== 'monitoring' && kind !== 'storage')
  return isOurs ? version : '–'
}
