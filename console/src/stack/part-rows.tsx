import type { ServiceStatus } from '../../../src/runtimes/runtime.ts'
import { formatAge } from '../format/format-age.ts'
import { replicaTone } from './replica-tone.ts'

/** One part: a row for each of its replicas, the name before the first. */
export function PartRows({ service, nowMs }: { service: ServiceStatus; nowMs: number }) {
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
      </td>
      <td className="number">{formatAge(nowMs - replica.sinceMs)}</td>
      <td className="number">{replica.restarts}</td>
    </tr>
  ))
}
