import type { LiftView } from '../../../src/api/contract.ts'
import { formatAge } from '../format/format-age.ts'

/** The faults that ended last, and how. */
export function EndedFaults({ ended, nowMs }: { ended: readonly LiftView[]; nowMs: number }) {
  if (ended.length === 0) return null
  return (
    <>
      <h2>Ended lately</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Fault</th>
            <th scope="col">How it ended</th>
            <th scope="col" className="number">
              Ago
            </th>
          </tr>
        </thead>
        <tbody>
          {ended.map(({ id, fault, replica, detail, liftedAtMs }) => (
            <tr key={id} data-item tabIndex={-1}>
              <th scope="row">
                <span className="name">{fault}</span>
                <span className="sub">{replica}</span>
              </th>
              <td>{detail}</td>
              <td className="number">{formatAge(nowMs - liftedAtMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
