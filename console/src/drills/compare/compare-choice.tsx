import { usePoll } from '../../feed/use-poll.ts'
import { useSetQuery } from '../../shell/use-address.ts'

/** Picks the run that the one on the page is compared with; it stands in the address. */
export function CompareChoice({ drill, journalId, compared }: CompareChoiceProps) {
  const setQuery = useSetQuery()
  const { value } = usePoll('journals', { query: { drill, limit: 50 } }, { everyMs: undefined })
  const others = (value?.journals ?? []).filter(({ id }) => id !== journalId)
  if (others.length === 0) return null
  return (
    <label className="compare-choice">
      <span>Compare with</span>
      <select
        className="field"
        value={compared ?? ''}
        onChange={(event) =>
          setQuery({ compare: event.currentTarget.value === '' ? undefined : event.currentTarget.value })
        }
      >
        <option value="">no other run</option>
        {compared !== undefined && !others.some(({ id }) => id === compared) && (
          <option value={compared}>{compared}</option>
        )}
        {others.map(({ id, startedAtMs, verdict }) => (
          <option key={id} value={id}>
            {new Date(startedAtMs).toLocaleString('en-GB', { dateStyle: 'short', timeStyle: 'medium' })} · {verdict}
          </option>
        ))}
      </select>
    </label>
  )
}

interface CompareChoiceProps {
  drill: string
  journalId: string
  /** The one that is compared with now. */
  compared: string | undefined
}
