import type { StackView } from '../../../src/api/contract.ts'
import { formatAge } from '../format/format-age.ts'
import { commandOn } from '../ui/command-on.ts'
import { CopyCommand } from '../ui/copy-command.tsx'

interface FaultsInForceProps {
  faults: StackView['faults']
  /** The stack's state folder: it says which of several stacks the command is for. */
  folder: string
  nowMs: number
}

/** Every active fault, the latest first, and the command that lifts it. Renders nothing when there is none. */
export function FaultsInForce({ faults, folder, nowMs }: FaultsInForceProps) {
  if (faults.length === 0) return null
  const all = commandOn(folder, 'fault', 'clear')
  return (
    <section className="faults" aria-labelledby="faults-in-force">
      <h2 id="faults-in-force">Broken on purpose</h2>
      <ul>
        {faults.toReversed().map(({ id, fault, replica, landing, undoneByMs }) => (
          <li key={id} data-in-force={fault}>
            <p>
              <strong>
                {fault} of {replica}
              </strong>
              , {formatAge(undoneByMs - nowMs)} left. {landing.landed ? 'Landed' : 'Did not land'}: {landing.proof}.
            </p>
            <CopyCommand
              command={all.replace('clear', `clear ${id.slice(0, 8)}`)}
              purpose={`ends ${fault} of ${replica}`}
            />
          </li>
        ))}
      </ul>
      {faults.length > 1 && (
        <p>
          All of them: <CopyCommand command={all} purpose="ends all faults" />
        </p>
      )}
    </section>
  )
}
