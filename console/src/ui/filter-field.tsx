import { useAddress, useSetQuery } from '../shell/use-address.ts'

/** A text that narrows a list; it stands in the address as `q`. The key / leads here. */
export function FilterField({ label }: { label: string }) {
  const { query } = useAddress()
  const setQuery = useSetQuery()
  return (
    <input
      type="search"
      className="field"
      data-filter
      aria-label={label}
      placeholder={`${label}  ( / )`}
      value={query.get('q') ?? ''}
      onChange={(event) => setQuery({ q: event.currentTarget.value })}
    />
  )
}
