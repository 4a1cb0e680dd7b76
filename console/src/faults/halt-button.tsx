import { useState } from 'react'
import { call } from '../feed/call.ts'
import { ChangeButton } from '../ui/change-button.tsx'

/** Ends every run, load and fault, and lets no other begin until it is released. */
export function HaltButton() {
  const [why, setWhy] = useState('')
  return (
    <ChangeButton
      tone="danger"
      act={() => call('halt', { body: { why } })}
      onDone={() => setWhy('')}
      confirm={{
        title: 'Halt everything?',
        text: (
          <>
            <p>
              All faults are lifted, runs and loads end, and what they have changed is put back. Nothing of the kind
              begins again until it is released, here or by <code>firedrill halt --release</code>. The stack itself goes
              on.
            </p>
            <label className="halt-why">
              Why, for those who come after you{' '}
              <input
                className="field"
                value={why}
                maxLength={500}
                placeholder="a real incident"
                onChange={(event) => setWhy(event.currentTarget.value)}
              />
            </label>
          </>
        ),
        action: 'Halt everything',
      }}
    >
      Halt everything
    </ChangeButton>
  )
}
