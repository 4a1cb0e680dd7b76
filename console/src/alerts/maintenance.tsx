import { useState } from 'react'
import type { StackView } from '../../../src/api/contract.ts'
import { call } from '../feed/call.ts'
import { useNow } from '../feed/use-now.ts'
import { usePoll } from '../feed/use-poll.ts'
import { formatAge, formatClock } from '../format/format-age.ts'
import { ChangeButton } from '../ui/change-button.tsx'

const EVERYTHING = '*'
const MINUTE_MS = 60_000
const LENGTHS: readonly { title: string; ms: number }[] = [
  { title: '10 minutes', ms: 10 * MINUTE_MS },
  { title: '30 minutes', ms: 30 * MINUTE_MS },
  { title: '1 hour', ms: 60 * MINUTE_MS },
  { title: '4 hours', ms: 240 * MINUTE_MS },
]

/** Maintenance: on what the responder does not act for now, and how to begin and end that. */
export function Maintenance({ services }: { services: StackView['services'] }) {
  const nowMs = useNow(1_000)
  const polled = usePoll('maintenance', {}, { everyMs: 3_000 })
  const inForce = polled.value?.maintenance ?? []
  return (
    <section className="maintenance" aria-label="Maintenance" data-on={inForce.length > 0 || undefined}>
      <div className="maintenance-text">
        {inForce.length === 0 && (
          <p>
            {polled.value === undefined && polled.failure !== undefined
              ? 'The responder does not answer: whether there is maintenance is not known.'
              : 'No maintenance: the responder acts on alerts.'}
          </p>
        )}
        {inForce.map(({ service, untilMs, why }) => (
          <div key={service}>
            <strong>Maintenance of {inWords(service)}</strong> until {formatClock(untilMs)}, for another{' '}
            {formatAge(untilMs - nowMs)}
            {why !== '' && `: ${why}`}{' '}
            <ChangeButton
              label={`End the maintenance of ${inWords(service)}`}
              act={() => call('setMaintenance', { body: { service, forMs: 0, why: '' } })}
              confirm={{
                title: `End the maintenance of ${inWords(service)}?`,
                text: <p>The responder acts again, also on alerts that still fire.</p>,
                action: 'End it',
              }}
              onDone={polled.refresh}
            >
              End
            </ChangeButton>
          </div>
        ))}
      </div>
      <Begin services={services} onDone={polled.refresh} />
    </section>
  )
}

/** The button that begins maintenance, with its form. */
function Begin({ services, onDone }: { services: StackView['services']; onDone(): void }) {
  const [service, setService] = useState(EVERYTHING)
  const [forMs, setForMs] = useState(10 * MINUTE_MS)
  const [why, setWhy] = useState('')
  return (
    <ChangeButton
      act={() => call('setMaintenance', { body: { service, forMs, why } })}
      onDone={onDone}
      confirm={{
        title: 'Begin maintenance',
        action: 'Begin',
        text: (
          <div className="form">
            <p>
              The responder does not act on it until the time is over. It still receives and records every alert, and
              then takes up what still fires.
            </p>
            <label>
              Of
              <select className="field" value={service} onChange={(event) => setService(event.currentTarget.value)}>
                <option value={EVERYTHING}>everything</option>
                {services.map(({ name }) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            <label>
              For
              <select
                className="field"
                value={String(forMs)}
                onChange={(event) => setForMs(Number(event.currentTarget.value))}
              >
                {LENGTHS.map(({ title, ms }) => (
                  <option key={ms} value={ms}>
                    {title}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Why
              <input
                className="field"
                maxLength={200}
                value={why}
                placeholder="for the incident log"
                onChange={(event) => setWhy(event.currentTarget.value)}
              />
            </label>
          </div>
        ),
      }}
    >
      Begin maintenance …
    </ChangeButton>
  )
}

function inWords(service: string): string {
  return service === EVERYTHING ? 'everything' : service
}
