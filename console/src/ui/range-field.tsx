import type { StackView } from '../../../src/api/contract.ts'
import { useAddress, useSetQuery } from '../shell/use-address.ts'

/** How far back a page looks; it stands in the address as `range`. */
export function RangeField({ ranges = RANGES, fallback = '15m' }: RangeFieldProps) {
  const setQuery = useSetQuery()
  const chosen = useRange(fallback, ranges)
  return (
    <select
      className="field"
      aria-label="Range of time"
      value={chosen.name}
      onChange={(event) => setQuery({ range: event.currentTarget.value })}
    >
      {Object.entries(ranges).map(([name, { title }]) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  )
}

/** The range of the address; `fallback` when it names none of these. */
export function useRange(fallback = '15m', ranges: Ranges = RANGES): { name: string; ms: number } {
  const { query } = useAddress()
  const asked = query.get('range') ?? fallback
  const name = Object.hasOwn(ranges, asked) ? asked : fallback
  return { name, ms: ranges[name]?.ms ?? 900_000 }
}

/** The range where none is chosen: of a young stack a short one, so that what it shows is not at its right end only. */
export function usualRange(stack: Pick<StackView, 'startedAtMs'> | undefined): '5m' | '15m' {
  return stack !== undefined && Date.now() - stack.startedAtMs < 5 * MINUTE_MS ? '5m' : '15m'
}

export type Ranges = Readonly<Record<string, { title: string; ms: number }>>

interface RangeFieldProps {
  ranges?: Ranges
  fallback?: string
}

const MINUTE_MS = 60_000

const RANGES: Ranges = {
  '5m': { title: 'Last 5 minutes', ms: 5 * MINUTE_MS },
  '15m': { title: 'Last 15 minutes', ms: 15 * MINUTE_MS },
  '1h': { title: 'Last hour', ms: 60 * MINUTE_MS },
  '6h': { title: 'Last 6 hours', ms: 360 * MINUTE_MS },
  '1d': { title: 'Last day', ms: 1_440 * MINUTE_MS },
  '7d': { title: 'Last 7 days', ms: 10_080 * MINUTE_MS },
}
