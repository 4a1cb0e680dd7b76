import type { StackView } from '../../../src/api/contract.ts'
import { formatAge } from '../format/format-age.ts'

/** What is wrong with control and its disks, besides the parts. */
export function Troubles({ troubles, nowMs }: { troubles: StackView['troubles']; nowMs: number }) {
  if (troubles.length === 0) return null
  return (
    <div className="notice trouble" role="alert">
      <ul>
        {troubles.map(({ kind, text, sinceMs }) => (
          <li key={`${kind} ${sinceMs}`}>
            {text} <span className="since">(for {formatAge(Math.max(0, nowMs - sinceMs))})</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
