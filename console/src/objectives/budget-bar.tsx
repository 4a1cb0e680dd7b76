import type { ObjectiveView } from '../../../src/api/contract.ts'
import { budgetText } from './objective-words.ts'

/** How much of an error budget is left, as a bar. */
export function BudgetBar({ objective, label }: { objective: ObjectiveView; label: string }) {
  const left = objective.budgetLeftPercent
  const text = budgetText(objective)
  return (
    <div className="budget">
      <span className="budget-label">{label}</span>
      <span className="budget-figure number">{text}</span>
      <span
        className="budget-bar"
        data-level={levelOf(objective)}
        role="img"
        aria-label={`${label}: ${left === null || left < 0 ? text : `${text} of the error budget left`}`}
      >
        <span className="budget-fill" style={{ width: `${Math.min(100, Math.max(0, left ?? 0))}%` }} />
      </span>
    </div>
  )
}

function levelOf({ state, budgetLeftPercent }: ObjectiveView): string {
  if (budgetLeftPercent === null) return 'none'
  if (budgetLeftPercent <= 0) return 'bad'
  return state === 'burning' || budgetLeftPercent < 25 ? 'wait' : 'good'
}
