import type { ObjectiveView } from '../../../src/api/contract.ts'
import { usePoll } from '../feed/use-poll.ts'
import { budgetText, nameOf } from '../objectives/objective-words.ts'
import { linkTo } from '../shell/route.ts'
import { Tile } from './tile.tsx'

const EVERY_MS = 5_000

/** What is left of each error budget, those that are spent first. */
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
          ? `none of ${known.length} spent`
          : `${spent} of ${known.length} spent`
  return (
    <Tile
      title="Error budgets"
      href={linkTo('objectives')}
      tone={spent > 0 ? 'bad' : known.length === 0 ? 'none' : 'good'}
      figure={figure}
      isWide
    >
      <ul className="budgets">
        {objectives.toSorted(byNeed).map((objective) => (
          <Budget key={`${objective.id} ${JSON.stringify(objective.group ?? {})}`} objective={objective} />
        ))}
      </ul>
    </Tile>
  )
}

function Budget({ objective }: { objective: ObjectiveView }) {
  const { budgetLeftPercent } = objective
  const left = Math.min(100, Math.max(0, budgetLeftPercent ?? 0))
  const level = budgetLeftPercent === null ? 'none' : left <= 0 ? 'bad' : left < 50 ? 'wait' : 'good'
  return (
    <li data-level={level}>
      <span>{nameOf(objective)}</span>
      <span className="number">{budgetText(objective)}</span>
      <span className="budget-bar" aria-hidden="true">
        <span style={{ width: level === 'bad' ? '100%' : `${left}%` }} />
      </span>
    </li>
  )
}

/** Those with the least left first; those without a figure last. The rest stays in its order. */
function byNeed(a: ObjectiveView, b: ObjectiveView): number {
  const need = ({ budgetLeftPercent }: ObjectiveView) =>
    budgetLeftPercent === null ? 2 : budgetLeftPercent < 50 ? budgetLeftPercent / 1_000 : 1
  return need(a) - need(b)
}
