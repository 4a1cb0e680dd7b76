import type { StackView } from '../../../src/api/contract.ts'
import type { ServiceStatus } from '../../../src/runtimes/runtime.ts'
import { formatAge } from '../format/format-age.ts'
import { replicaTone } from './replica-tone.ts'

interface PartRowsProps {
  service: ServiceStatus
  /** All active faults, of every part. */
  faults: StackView['faults']
  nowMs: number
}

/** One part: a row for each of its replicas, the name before the first. */
export function PartRows({ service, faults, nowMs }: PartRowsProps) {
  const { name, summary, replicas } = service
  const what = (
    <>
      <span className="name">{name}</span>
      <span className="sub">{summary}</span>
    </>
  )
  if (replicas.length === 0) {
    return (
      <tr>
        <th scope="row">{what}</th>
        <td colSpan={3}>scaled to none</td>
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
        <span className="state" data-tone={replicaTone[replica.state]}>
          <span className="dot" aria-hidden="true" />
          {replica.state}
        </span>
        <span className="sub">
          {replica.id}{' '}
          <span className="address">
            {replica.address.host}:{replica.address.port}
          </span>
        </span>
        {replica.detail !== undefined && replica.state !== 'healthy' && (
          <span className="detail">{replica.detail}</span>
        )}
        {faults
          .filter((fault) => fault.replica === replica.id)
          .map(({ id, fault, landing, undoneByMs }) => (
            <span key={id} className="fault" data-fault={fault} title={landing.proof}>
              {fault}, on purpose: {landing.landed ? '' : 'not landed, '}
              {formatAge(undoneByMs - nowMs)} left
            </span>
          ))}
      </td>
      <td className="number">{formatAge(nowMs - replica.sinceMs)}</td>
      <td className="number">{replica.restarts}</td>
    </tr>
  ))
}
