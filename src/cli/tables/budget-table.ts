import { formatDuration } from '../../base/units/duration.ts'
import { type BudgetStatus, groupText } from '../../slo/budget.ts'
import { paint } from '../terminal/output.ts'
import { fitTable } from './fit-table.ts'

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
    if (column === 3) return paint(stream, STYLE[budget.state], text)
    return column === 9 && budget.firing.length > 0 ? paint(stream, 'red', text) : text
  }
  return fitTable(rows, { style, stream })
}

const BAR_WIDTH = 20
const NONE = '-'
const STYLE = {
  ok: 'green',
  burning: 'yellow',
  exhausted: 'red',
  'not enough data yet': 'dim',
  'no figure': 'yellow',
} as const

/** What the objectives that are measured at users see more, or less, than those that promise the same inside. One line each. */
export function differenceLines(budgets: readonly BudgetStatus[]): string[] {
  return budgets.flatMap((users) => {
    const inside = budgets.find(({ service, objective }) => service === users.service && objective === users.outsideOf)
    if (inside === undefined) return []
    if (users.sliPercent === undefined) return [`${nameOf(users)}: no request of a drill or a load yet`]
    const seen = `${nameOf(users)}: users saw ${failedText(users)} fail, inside (${nameOf(inside)}) ${failedText(inside)}`
    if (inside.sliPercent === undefined) return [seen]
    return [`${seen}: ${signedPoints(inside.sliPercent - users.sliPercent)} apart`]
  })
}

function failedText({ events, sliPercent }: BudgetStatus): string {
  if (events !== undefined) return `${whole(events.failed)} of ${whole(events.total)} requests`
  return sliPercent === undefined ? 'no request yet' : `${fine(100 - sliPercent)} %`
}

/** How far two percentages are apart; less than nothing where the service saw more fail than its users did. */
function signedPoints(points: number): string {
  return `${points < 0 ? '−' : ''}${fine(Math.abs(points))} points`
}

function row(budget: BudgetStatus): string[] {
  const { targetPercent, sliPercent, budgetLeftPercent, budgetLeftMs, events } = budget
  const name = nameOf(budget)
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

/** What the table has no room for: why a budget has no figure. */
export function budgetNotes(budgets: readonly BudgetStatus[]): string[] {
  return budgets
    .filter(({ state }) => state === 'no figure')
    .map((budget) => {
      const period = budget.periodMs === undefined ? 'a period' : downtime(budget.periodMs)
      return [
        `${nameOf(budget)} has no figure: there was a moment without traffic (0/0), and the mean of all moments has no value`,
        `until ${period} after the last of them. Objectives with "x-firedrill: { counting: events }" do not have this: docs/slos.md`,
      ].join('\n  ')
    })
}

function nameOf({ service, objective, group }: BudgetStatus): string {
  return `${service}/${objective}${group === undefined ? '' : ` {${groupText(group)}}`}`
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
