import { useEffect, useRef } from 'react'
import { useNowOf } from '../feed/use-now-of.ts'
import { usePoll } from '../feed/use-poll.ts'
import type { PageProps } from '../page.ts'
import { useAddress } from '../shell/use-address.ts'
import { Waiting } from '../ui/waiting.tsx'
import { EndedFaults } from './ended-faults.tsx'
import { FAULT_FORM, FaultForm } from './fault-form.tsx'
import { entryOf, FaultPicker, isFocusLost } from './fault-picker.tsx'
import { FaultsInForce } from './faults-in-force.tsx'
import { HaltButton } from './halt-button.tsx'
import { Halted } from './halted.tsx'

const CATALOG_EVERY_MS = 30_000
const ENDED_EVERY_MS = 2_000

/** What is broken on purpose, what can be broken, and what ends all of it. */
export function FaultsPage({ stack }: PageProps) {
  const { view } = stack
  const { query } = useAddress()
  const nowMs = useNowOf(stack)
  const catalog = usePoll('faultCatalog', {}, { everyMs: CATALOG_EVERY_MS })
  const ended = usePoll('faults', {}, { everyMs: ENDED_EVERY_MS })
  const faults = view?.faults ?? []
  const folder = view?.folder ?? '.firedrill'
  const chosen = query.get('fault')
  useFocusOnChoice(chosen)
  return (
    <>
      <div className="page-head">
        <h1>Faults</h1>
        {view?.halted === null && <HaltButton />}
      </div>
      <p className="lead">
        One thing is broken on purpose, for a stated time. Each fault ends by itself, also when control is killed.
      </p>
      <Halted halted={view?.halted ?? null} folder={folder} nowMs={nowMs} />
      <FaultsInForce faults={faults} folder={folder} nowMs={nowMs} />
      {view !== undefined && faults.length === 0 && (
        <p className="nothing-broken">
          <span data-tone="good">
            <span className="dot" aria-hidden="true" />
          </span>
          Nothing is broken on purpose.
        </p>
      )}
      <h2>Inject a fault</h2>
      <Waiting for={catalog} height="24rem">
        {({ faults: all }) => {
          const fault = all.find(({ name }) => name === chosen)
          return (
            <div className="fault-desk" data-chosen={fault?.name}>
              <FaultPicker faults={all} />
              <div className="fault-side">
                {fault !== undefined && (
                  <FaultForm key={fault.name} fault={fault} services={view?.services ?? []} folder={folder} />
                )}
                <EndedFaults ended={ended.value?.ended ?? []} nowMs={nowMs} />
              </div>
            </div>
          )
        }}
      </Waiting>
    </>
  )
}

/**
 * A fault that is chosen in the list leads on to its form, which may be far from there; one that the address names from the begin does not. Where
 * the form is gone with the focus in it, the keyboard goes on at that fault in the list.
 */
function useFocusOnChoice(chosen: string | null): void {
  const before = useRef(chosen)
  useEffect(() => {
    const last = before.current
    before.current = chosen
    if (chosen !== null && chosen !== last) document.getElementById(FAULT_FORM)?.focus()
    if (chosen === null && last !== null && isFocusLost()) document.getElementById(entryOf(last))?.focus()
  }, [chosen])
}
