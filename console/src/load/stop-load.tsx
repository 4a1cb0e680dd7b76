import type { LoadHead } from '../../../src/api/contract.ts'
import { call } from '../feed/call.ts'
import { ChangeButton } from '../ui/change-button.tsx'

/** Stops a load that the console has started; says who can, for any other one. */
export function StopLoad({ head: { id, journey, mayStop, drill }, onStopped }: { head: LoadHead; onStopped(): void }) {
  if (!mayStop) {
    return (
      <span className="sub">
        {drill === null ? 'Started in a terminal: Ctrl-C there stops it' : 'Ends with its drill'}
      </span>
    )
  }
  return (
    <ChangeButton
      tone="danger"
      label={`Stop the load ${journey}`}
      act={() => call('stopLoad', { params: { id } })}
      onDone={onStopped}
      confirm={{
        title: `Stop the load ${journey}?`,
        text: (
          <p>
            Its users finish the task they are at, clean up and leave, within 5 seconds. The figures so far are kept
            with their report; the outcome is “stopped”.
          </p>
        ),
        action: 'Stop the load',
      }}
    >
      Stop
    </ChangeButton>
  )
}
