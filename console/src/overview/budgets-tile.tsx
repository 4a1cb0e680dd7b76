import type { ObjectiveView } from '../../../src/api/contract.ts'
import { usePoll } from '../feed/use-poll.ts'
import { linkTo } from '../shell/route.ts'
import { Tile } from './tile.tsx'

const EVERY_MS = 5_000

/** What is left of each error budget. */
export function BudgetsTile() {
  const { value, failure } = usePoll('objectives', {}, { everyMs: EVERY_MS })
  const objectives = value?.objectives ?? []
  const known = objectives.filter(({ budgetLeftPercent }) => budgetLeftPercent !== null)
  const spent = known.filter(({ budgetLeftPercent }) => (budgetLeftPercent ?? 0) <= 0).length
  const figure =
    value === undefined
      ? failure === undefined
        ? '…'
        : 'not known'
      : known.length === 0
        ? 'no data yet'
        : spent === 0
          ? 'all have some left'
          : `${spent} of ${known.length} spent`
  return (
    <Tile
      title="Error budgets"
      href={linkTo('objectives')}
      tone={spent > 0 ? 'bad' : known.length === 0 ? 'none' : 'good'}
      figure={figure}
    >
      <ul className="budgets">
        {objectives.map((objective) => (
          <Budget key={`${objective.id} ${JSON.stringify(objective.group ?? {})}`} objective={objective} />
        ))}
      </ul>
    </Tile>
  )
}

function Budget({ objective: { service, objective, budgetLeftPercent } }: { objective: ObjectiveView }) {
  const left = Math.min(100, Math.max(0, budgetLeftPercent ?? 0))
  return (
    <li>
      <span>
        {service} {objective}
      </span>
      <span className="number">{budgetLeftPercent === null ? '–' : `${Math.round(budgetLeftPercent)} %`}</span>
      <span className="budget-bar" aria-hidden="true">
        <span style={{ width: `${left}%` }} data-level={left <= 0 ? 'bad' : left < 50 ? 'wait' : 'good'} />
      </span>
    </li>
  )
}
