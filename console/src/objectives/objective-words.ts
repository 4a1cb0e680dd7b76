import type { ObjectiveView } from '../../../src/api/contract.ts'
import { formatAge } from '../format/format-age.ts'
import { formatCount, formatPercent } from '../format/format-amount.ts'
import type { Tone } from '../ui/badge.tsx'

/** The words and colours of objectives. */

export const stateWords: Readonly<Record<ObjectiveView['state'], string>> = {
  ok: 'Kept',
  burning: 'Burning',
  exhausted: 'Exhausted',
  'no figure': 'No figure',
  'not enough data yet': 'Not enough data yet',
}

export const stateTones: Readonly<Record<ObjectiveView['state'], Tone>> = {
  ok: 'good',
  burning: 'wait',
  exhausted: 'bad',
  'no figure': 'none',
  'not enough data yet': 'none',
}

/** "store/availability", with its group where it has one. */
export function nameOf({ service, objective, group }: Pick<ObjectiveView, 'service' | 'objective' | 'group'>): string {
  const labels = groupText(group)
  return `${service}/${objective}${labels === '' ? '' : ` {${labels}}`}`
}

/** `host="a"`; empty without a group. */
export function groupText(group: ObjectiveView['group']): string {
  return Object.entries(group ?? {})
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ')
}

/** What is left of a budget: "98.2 %", "overspent by 40 %"; from ten times on "spent 199 times over". */
export function budgetText({ budgetLeftPercent }: Pick<ObjectiveView, 'budgetLeftPercent'>): string {
  if (budgetLeftPercent === null) return 'no figure yet'
  if (budgetLeftPercent >= 0) return formatPercent(budgetLeftPercent, 1)
  if (budgetLeftPercent > -900) return `overspent by ${formatPercent(-budgetLeftPercent, 1)}`
  return `spent ${formatCount(1 - budgetLeftPercent / 100)} times over`
}

/** What the budget is as events: "3 of 12,000 failed; 9 more may fail". */
export function eventsText({ events }: Pick<ObjectiveView, 'events'>): string | undefined {
  if (events === null) return undefined
  const { failed, total, mayFail } = events
  const more = mayFail < 0 ? `${formatCount(-mayFail)} too many` : `${formatCount(mayFail)} more may fail`
  return `${formatCount(failed)} of ${formatCount(total)} failed; ${more}`
}

/** When the budget runs out, in a sentence. */
export function exhaustionText({ state, exhaustedInMs, burnRate }: ObjectiveView): string {
  if (state === 'exhausted') return 'The budget is used up'
  if (state === 'not enough data yet') return 'Nothing is recorded yet'
  if (state === 'no figure') return 'A moment without traffic is in the period: its mean has no value'
  if (exhaustedInMs !== null) return `Used up in ${formatAge(exhaustedInMs)} at this rate`
  return burnRate === null ? 'No traffic at the moment' : 'It lasts for its whole period at this rate'
}

/** What users saw that the service itself did not. */
export function differenceText(users: ObjectiveView, inside: ObjectiveView): string {
  const failed = ({ events, sliPercent }: ObjectiveView) => {
    if (events !== null) return `${formatCount(events.failed)} of ${formatCount(events.total)} requests fail`
    return sliPercent === null ? undefined : `${formatPercent(100 - sliPercent)} fail`
  }
  const [seen, measured] = [failed(users), failed(inside)]
  if (seen === undefined) return 'No request of a drill or a load has been counted at its users yet.'
  if (measured === undefined) return `Its users saw ${seen}; inside nothing has been counted yet.`
  const points = (inside.sliPercent ?? 100) - (users.sliPercent ?? 100)
  return `Its users saw ${seen}; inside, ${measured}. ${pointsText(points)}`
}

function pointsText(points: number): string {
  if (Math.abs(points) < 0.0005) return 'Both are alike.'
  const apart = `${Math.abs(points).toFixed(3)} points`
  return points > 0
    ? `The service does not see ${apart} of what its users feel: a process that is dead counts nothing.`
    : `The service counts ${apart} more than its users felt: what was tried again, for example.`
}

/** The most that a burn rate is of the limit that it must exceed, over both windows of each limit; 1 fires. */
export function nearestLimit({ limits, burnRates }: ObjectiveView): { share: number; severity: string } | undefined {
  const rateOf = (window: string) => burnRates.find((one) => one.window === window)?.rate ?? 0
  const shares = limits.map(({ severity, factor, short, long }) => ({
    severity,
    share: Math.min(rateOf(short), rateOf(long)) / factor,
  }))
  return shares.sort((a, b) => b.share - a.share)[0]
}

/** The objective of the same service that promises the same, measured inside. */
export function insideOf(
  { service, outsideOf }: ObjectiveView,
  all: readonly ObjectiveView[],
): ObjectiveView | undefined {
  return outsideOf === undefined ? undefined : all.find((one) => one.service === service && one.objective === outsideOf)
}
