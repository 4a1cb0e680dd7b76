import { useState } from 'react'
import type { ServiceStatus } from '../../../src/runtimes/runtime.ts'
import { call } from '../feed/call.ts'
import { ChangeButton } from '../ui/change-button.tsx'

/** Sets the number of replicas of a part. */
export function ScaleForm({ service: { name, replicas, maxReplicas } }: { service: ServiceStatus }) {
  const now = replicas.length
  const [wanted, setWanted] = useState<number>()
  const to = wanted ?? now
  const isValid = Number.isInteger(to) && to >= 0 && to <= maxReplicas
  return (
    <div className="scale">
      <label>
        Replicas of {name}{' '}
        <input
          className="field"
          type="number"
          min={0}
          max={maxReplicas}
          value={Number.isNaN(to) ? '' : to}
          aria-invalid={!isValid}
          onChange={(event) => setWanted(event.currentTarget.valueAsNumber)}
        />
      </label>
      <ChangeButton
        act={() => call('scale', { params: { service: name }, body: { replicas: to } })}
        onDone={() => setWanted(undefined)}
        disabled={!isValid || to === now}
        confirm={{
          title: `Scale ${name} from ${now} to ${to}?`,
          text: <p>{consequence(now, to)}</p>,
          action: 'Scale',
        }}
      >
        Scale
      </ChangeButton>
      <span className="sub">0 to {maxReplicas}</span>
    </div>
  )
}

function consequence(now: number, to: number): string {
  if (to === 0) return 'Every replica ends in good order, and nothing answers any more. Alerts may fire.'
  if (to < now)
    return `${now - to} of ${now} replicas end in good order, a few seconds after Prometheus has taken them off its list.`
  return `${to - now} more ${to - now === 1 ? 'replica starts' : 'replicas start'}, and Prometheus scrapes ${to - now === 1 ? 'it' : 'them'} as soon as it reads its list again.`
}
