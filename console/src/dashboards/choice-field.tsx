import { type RefObject, useId, useRef } from 'react'
import type { DashboardView } from '../../../src/api/contract.ts'
import { useAddress, useSetQuery } from '../shell/use-address.ts'

/** Values of one label to choose from, several at a time; none means all. They stand in the address. */
export function ChoiceField({ name, values }: DashboardView['choices'][number]) {
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const id = useId()
  const first = useRef<HTMLInputElement>(null)
  const chosen = (query.get(name) ?? '').split(',').filter((value) => value !== '')
  const set = (next: readonly string[]) => setQuery({ [name]: next.length === 0 ? undefined : next.join(',') })
  const toggle = (value: string) =>
    set(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value])
  // What stands in the address is shown also where Prometheus does not know it (any more).
  const all = [...new Set([...(values ?? []), ...chosen])]
  return (
    <>
      <button type="button" className="button" popoverTarget={id} data-chosen={chosen.length > 0 || undefined}>
        {name.replace(/^./, (letter) => letter.toUpperCase())}: {textOf(chosen)}
        <span aria-hidden="true">▾</span>
      </button>
      <fieldset id={id} popover="auto" className="dialog choice" onToggle={(event) => focusFirst(event, first)}>
        <legend>Show only this {name}</legend>
        {values === null && <p>Prometheus does not answer: its values are unknown.</p>}
        {all.map((value, at) => (
          <label key={value}>
            <input
              type="checkbox"
              ref={at === 0 ? first : undefined}
              checked={chosen.includes(value)}
              onChange={() => toggle(value)}
            />
            {value}
          </label>
        ))}
        <div className="dialog-buttons">
          <button type="button" className="button" disabled={chosen.length === 0} onClick={() => set([])}>
            All
          </button>
          <button type="button" className="button" popoverTarget={id} popoverTargetAction="hide">
            Close
          </button>
        </div>
      </fieldset>
    </>
  )
}

function textOf(chosen: readonly string[]): string {
  if (chosen.length === 0) return 'all'
  return chosen.length <= 2 ? chosen.join(', ') : `${chosen.length} chosen`
}

function focusFirst({ newState }: { newState: string }, first: RefObject<HTMLInputElement | null>): void {
  if (newState === 'open') first.current?.focus()
}
