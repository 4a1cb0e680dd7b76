import type { ActiveAlertView, AlertRuleView, JudgedView } from '../../../src/api/contract.ts'
import { formatAmount } from '../format/format-amount.ts'
import type { Tone } from '../ui/badge.tsx'

/** The words and colours of alerts. */

type State = AlertRuleView['state']

export const stateWords: Readonly<Record<State, string>> = {
  firing: 'Firing',
  pending: 'Pending',
  suppressed: 'Held back',
  inactive: 'Inactive',
  unknown: 'Not known',
}

export const stateTones: Readonly<Record<State, Tone>> = {
  firing: 'bad',
  pending: 'wait',
  suppressed: 'fault',
  inactive: 'none',
  unknown: 'none',
}

/** What an alert is about, by its labels: "store-1", "store", "" when they name nothing. */
export function aboutOf(labels: Readonly<Record<string, string>>): string {
  const about = labels.instance ?? labels.service ?? ''
  return labels.slo === undefined ? about : `${about} ${labels.slo}`.trim()
}

/** `service="store", severity="critical"` */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')
}

/** When a condition holds: "above 0.2". */
export function boundText({ operator, bound }: Pick<JudgedView, 'operator' | 'bound'>): string {
  return `${BOUNDS[operator]} ${formatAmount(bound)}`
}

const BOUNDS: Readonly<Record<JudgedView['operator'], string>> = {
  '>': 'above',
  '>=': 'from',
  '<': 'below',
  '<=': 'up to',
  '==': 'at',
  '!=': 'other than',
}

/** How far a value is on its way to the bound, 0–1; `undefined` where that has no sense: an equality, a bound of 0. */
export function shareOf({ operator, bound, value }: JudgedView): number | undefined {
  if (value === null || bound <= 0 || value < 0) return undefined
  if (operator === '>' || operator === '>=') return Math.min(1, value / bound)
  if (operator === '<' || operator === '<=') return value === 0 ? 1 : Math.min(1, bound / value)
  return undefined
}

/** "2 alerts fire, 1 is pending, 1 is held back": the first part names what is counted; what there is none of is left out. */
export function summaryOf(active: readonly Pick<ActiveAlertView, 'state'>[]): string {
  const parts = SUMMED.flatMap(({ state, one, many }) => {
    const count = active.filter((alert) => alert.state === state).length
    return count === 0 ? [] : [{ count, verb: count === 1 ? one : many }]
  })
  const texts = parts.map(
    ({ count, verb }, at) => `${count}${at > 0 ? '' : count === 1 ? ' alert' : ' alerts'} ${verb}`,
  )
  return texts.length === 0 ? 'No alert is active.' : `${texts.join(', ')}.`
}

const SUMMED: readonly { state: State; one: string; many: string }[] = [
  { state: 'firing', one: 'fires', many: 'fire' },
  { state: 'pending', one: 'is pending', many: 'are pending' },
  { state: 'suppressed', one: 'is held back', many: 'are held back' },
]
