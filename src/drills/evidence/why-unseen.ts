import type { FaultDefinition } from '../../faults/fault.ts'
import { faults } from '../../faults/faults.ts'
import { sightOfLoss } from '../../promql/loss/sight-of-loss.ts'
import { canFire } from '../clocks/rule-clocks.ts'
import type { Evidence } from './evidence.ts'
import type { WantedAlert } from './expected.ts'

/**
 * Why an alert did not see what was done, where its expression shows it: a fault has taken a target away, so that its `up` ended, and every rule
 * of the alert waits for an `up` that is 0. `undefined` where that is not the reason, or not known.
 */
export function whyUnseen(wanted: WantedAlert, { alertRules, injected }: Evidence): string | undefined {
  const away = injected.map(({ step }) => step.fault).filter(endsSeries)
  const rules = alertRules.filter((rule) => canFire(rule, wanted))
  const [fault] = away
  if (fault === undefined || away.length < injected.length || rules.length === 0) return undefined
  const isBlind = rules.every(({ expr }) => sightOfLoss(expr, () => true) === 'blind')
  return isBlind
    ? `${fault} takes the target away: its \`up\` ends instead of staying at 0, which the expression cannot see`
    : undefined
}

function endsSeries(name: string): boolean {
  const all: Readonly<Record<string, Pick<FaultDefinition, 'endsSeries'> | undefined>> = faults
  return all[name]?.endsSeries === true
}
