import { useEffect, useRef } from 'react'
import { linkTo } from '../shell/route.ts'
import { useAddress } from '../shell/use-address.ts'
import { Empty } from '../ui/empty.tsx'
import { FilterField } from '../ui/filter-field.tsx'
import { type Catalogued, GROUPS, groupOf, keptOf } from './fault-params.ts'

/** Every fault, by what it breaks; the one that is chosen stands in the address. Where a target is chosen, only what it can take. */
export function FaultPicker({ faults }: { faults: readonly Catalogued[] }) {
  const { query } = useAddress()
  const wanted = (query.get('q') ?? '').trim().toLowerCase()
  const service = query.get('only') === 'target' ? query.get('service') : null
  const list = useFocusOnFilter(service)
  const shown = faults.filter(
    ({ name, summary, targets }) =>
      `${name} ${summary}`.toLowerCase().includes(wanted) && (service === null || targets?.includes(service) !== false),
  )
  const groups = (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).filter((group) =>
    shown.some((fault) => groupOf(fault) === group),
  )
  return (
    <div className="fault-picker" ref={list}>
      <FilterField label="Filter faults" />
      {service !== null && (
        <p className="sub">
          Only what {service} can take.{' '}
          <a href={linkTo('faults', [], { ...keptOf(query), only: undefined })}>All faults</a>
        </p>
      )}
      {shown.length === 0 && <Empty title="No fault fits the filter" />}
      {groups.map((group) => (
        <section key={group} aria-label={GROUPS[group]}>
          <h3>{GROUPS[group]}</h3>
          <ul>
            {shown
              .filter((fault) => groupOf(fault) === group)
              .map(({ name, summary }) => (
                <li key={name}>
                  <a
                    id={entryOf(name)}
                    href={linkTo('faults', [], { ...keptOf(query), fault: name })}
                    aria-current={query.get('fault') === name || undefined}
                    data-item
                  >
                    <strong>{name}</strong> <span title={summary}>{summary}</span>
                  </a>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

/** The id of a fault in the list, for the focus. */
export const entryOf = (fault: string) => `fault-${fault}-in-list`

/** Whether what had the focus is gone from the page. */
export const isFocusLost = () => document.activeElement === document.body

/** The link to all faults is gone once it was followed: the keyboard goes on at the head of the list. */
function useFocusOnFilter(service: string | null) {
  const list = useRef<HTMLDivElement>(null)
  const before = useRef(service)
  useEffect(() => {
    if (service === null && before.current !== null && isFocusLost()) list.current?.querySelector('input')?.focus()
    before.current = service
  }, [service])
  return list
}
