import { formatDuration } from '../base/duration.ts'
import type { BudgetStatus } from '../slo/budget.ts'
import { fitTable } from './fit-table.ts'
import { paint } from './output.ts'

const BAR_WIDTH = 20
const NONE = '-'

/** How every objective stands, as lines for `stream`. */
export function budgetTable(budgets: readonly BudgetStatus[], stream: NodeJS.WriteStream): string[] {
  const rows = [
    ['OBJECTIVE', 'TARGET', 'SLI', 'BUDGET LEFT', '', 'AS EVENTS', 'AS DOWNTIME', 'BURN', 'RUNS OUT', 'ALERT'],
  ]
  for (const budget of budgets) rows.push(row(budget))
  const style = (text: string, index: number, column: number) => {
    if (index === 0) return paint(stream, 'dim', text)
    const budget = budgets[index - 1]
    if (budget === undefined) return text
    const style = { ok: 'green', burning: 'yellow', exhausted: 'red', 'not enough data yet': 'dim' } as const
    if (column === 3) return paint(stream, style[budget.state], text)
    return column === 9 && budget.firing.length > 0 ? paint(stream, 'red', text) : text
  }
  return fitTable(rows, { style, stream })
}

function row(budget: BudgetStatus): string[] {
  const { service, objective, targetPercent, sliPercent, budgetLeftPercent, budgetLeftMs, events } = budget
  const name = `${service}/${objective}`
  const target = targetPercent === undefined ? NONE : `${targetPercent} %`
  const alert = budget.firing.length === 0 ? NONE : budget.firing.join(', ')
  if (sliPercent === undefined || budgetLeftPercent === undefined || budgetLeftMs === undefined) {
    return [name, target, NONE, budget.state, '', NONE, NONE, NONE, NONE, alert]
  }
  return [
    name,
    target,
    `${fine(sliPercent)} %`,
    bar(budgetLeftPercent),
    `${fine(budgetLeftPercent, 1)} %`.padStart(8),
    events === undefined ? NONE : eventsText(events),
    budgetLeftMs <= 0 ? 'none' : downtime(budgetLeftMs),
    budget.burnRate === undefined ? 'no traffic' : `${fine(budget.burnRate, 1)}×`,
    runsOut(budget),
    alert,
  ]
}

/** Filled from the left by what is left. Any budget shows, however little it is. */
function bar(percent: number): string {
  const share = Math.min(1, Math.max(0, percent / 100))
  const filled = percent <= 0 ? 0 : Math.max(1, Math.floor(share * BAR_WIDTH))
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
}

function eventsText({ total, failed, mayFail }: NonNullable<BudgetStatus['events']>): string {
  const more = mayFail < 0 ? `${whole(-mayFail)} too many` : `${whole(mayFail)} more may`
  return `${whole(failed)} of ${whole(total)} failed, ${more}`
}

function runsOut({ state, exhaustedInMs }: BudgetStatus): string {
  if (state === 'exhausted') return 'exhausted'
  return exhaustedInMs === undefined ? 'no' : `in ${downtime(exhaustedInMs)}`
}

/** Hours and days too: budgets of a month are that long. */
function downtime(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return formatDuration(ms)
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return `${Math.floor(minutes / 1_440)} d ${Math.floor((minutes % 1_440) / 60)} h`
}

/** Rounded down, so that 99.9996 % is not shown as a promise kept in full. */
function fine(value: number, digits = 3): string {
  const scale = 10 ** digits
  return String(Math.floor(value * scale + 1e-9) / scale)
}

function whole(value: number): string {
  return value.toLocaleString('en-US')
}
