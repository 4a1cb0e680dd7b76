import type { FaultView } from '../../../src/api/contract.ts'
import type { ReplicaStatus } from '../../../src/runtimes/runtime.ts'
import { formatAge } from '../format/format-age.ts'
import { replicaTone } from '../format/replica-tone.ts'

interface ReplicaStateProps {
  replica: ReplicaStatus
  /** All active faults, of every part. */
  faults: readonly FaultView[]
  nowMs: number
}

/** How a replica is, where it listens, what its last health check saw, and the faults in it. */
export function ReplicaState({ replica, faults, nowMs }: ReplicaStateProps) {
  const { id, state, address, detail } = replica
  return (
    <>
      <span className="state" data-tone={replicaTone[state]}>
        <span className="dot" aria-hidden="true" />
        {state}
      </span>
      <span className="sub">
        <span className="replica-id">{id}</span>{' '}
        <span className="address">
          {address.host}:{address.port}
        </span>
      </span>
      {detail !== undefined && state !== 'healthy' && <span className="detail">{detail}</span>}
      {faults
        .filter((fault) => fault.replica === id)
        .map(({ id, fault, landing, undoneByMs }) => (
          <span key={id} className="fault" data-fault={fault} title={landing.proof}>
            {fault}, on purpose: {landing.landed ? '' : 'not landed, '}
            {formatAge(undoneByMs - nowMs)} left
          </span>
        ))}
    </>
  )
}
