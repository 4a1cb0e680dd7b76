import { usePoll } from '../../feed/use-poll.ts'
import { linkTo } from '../../shell/route.ts'
import { beganAt } from '../load-words.ts'

/** Chooses another load to compare this one with. The older one of the two comes first. */
export function CompareWith({ id }: { id: string }) {
  const { value } = usePoll('loads', {}, { everyMs: undefined })
  const others = (value?.loads ?? []).filter((one) => one.id !== id)
  if (others.length === 0) return null
  return (
    <select
      className="field"
      aria-label="Compare with another load"
      value=""
      onChange={(event) => {
        const [before = id, after = id] = [id, event.currentTarget.value].sort()
        window.location.hash = linkTo('load', [before], { with: after })
      }}
    >
      <option value="">Compare with …</option>
      {others.map((other) => (
        <option key={other.id} value={other.id}>
          {other.journey}, {beganAt(other)}
        </option>
      ))}
    </select>
  )
}
