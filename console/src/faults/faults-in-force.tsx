import type { FaultView } from '../../../src/api/contract.ts'
import { call } from '../feed/call.ts'
import { formatAge } from '../format/format-age.ts'
import { linkTo } from '../shell/route.ts'
import { ChangeButton } from '../ui/change-button.tsx'
import { commandOn } from '../ui/command-on.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import '../styles/faults.css'

interface FaultsInForceProps {
  faults: readonly FaultView[]
  /** The stack's state folder: it says which of several stacks the command is for. */
  folder: string
  nowMs: number
}

/** Every active fault, the latest first, with what ends it. Renders nothing when there is none. */
export function FaultsInForce({ faults, folder, nowMs }: FaultsInForceProps) {
  if (faults.length === 0) return null
  const all = commandOn(folder, 'fault', 'clear')
  return (
    <section className="faults" aria-labelledby="faults-in-force">
      <h2 id="faults-in-force">Broken on purpose</h2>
      <ul>
        {faults.toReversed().map((fault) => (
          <InForce key={fault.id} fault={fault} clear={all} nowMs={nowMs} />
        ))}
      </ul>
      {faults.length > 1 && (
        <div className="faults-all">
          <ChangeButton act={() => call('liftAll', {})}>Lift all</ChangeButton>
          <p>
            All of them: <CopyCommand command={all} purpose="ends all faults" />
          </p>
        </div>
      )}
    </section>
  )
}

function InForce({ fault: view, clear, nowMs }: { fault: FaultView; clear: string; nowMs: number }) {
  const { id, fault, service, replica, landing, injectedAtMs, undoneByMs, params } = view
  const left = Math.min(1, Math.max(0, (undoneByMs - nowMs) / Math.max(1, undoneByMs - injectedAtMs)))
  const given = Object.entries(params).map(([name, value]) => `${name} ${String(value)}`)
  return (
    <li data-in-force={fault}>
      <p>
        <strong>
          {fault} of <a href={linkTo('stack', [service])}>{replica}</a>
        </strong>
        , {formatAge(undoneByMs - nowMs)} left. {landing.landed ? 'Landed' : 'Did not land'}: {landing.proof}.
      </p>
      <div className="time-left" aria-hidden="true">
        <span style={{ width: `${left * 100}%` }} />
      </div>
      {given.length > 0 && <p className="sub">With {given.join(', ')}</p>}
      <div className="faults-end">
        <ChangeButton act={() => call('lift', { params: { id } })} label={`Lift ${fault} of ${replica}`}>
          Lift
        </ChangeButton>
        <CopyCommand
          command={clear.replace('clear', `clear ${id.slice(0, 8)}`)}
          purpose={`ends ${fault} of ${replica}`}
        />
      </div>
    </li>
  )
}
