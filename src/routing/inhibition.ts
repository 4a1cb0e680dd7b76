import { type Answer, narrowed, type PossibleLabels, valuesOf } from './possible-labels.ts'
import type { Inhibition } from './routing.ts'

/** Whether an alert with the labels `source` holds back one with the labels `target`, while both fire. */
export function inhibits(rule: Inhibition, source: PossibleLabels, target: PossibleLabels): Answer {
  const answers = [narrowed(source, rule.source).answer, narrowed(target, rule.target).answer]
  if (answers.includes('no')) return 'no'
  // An alert that fits both sides is not held back by another one that does.
  const both = [narrowed(source, rule.target).answer, narrowed(target, rule.source).answer]
  if (both.every((answer) => answer === 'yes')) return 'no'
  if (!both.includes('no')) answers.push('maybe')
  for (const name of rule.equal) answers.push(agree(valuesOf(source, name), valuesOf(target, name)))
  return answers.includes('no') ? 'no' : answers.includes('maybe') ? 'maybe' : 'yes'
}

type Values = ReturnType<typeof valuesOf>

function agree(a: Values, b: Values): Answer {
  if (a.only === undefined || b.only === undefined) return 'maybe'
  const shared = a.only.filter((value) => b.only?.includes(value))
  if (shared.length === 0) return 'no'
  return a.only.length === 1 && b.only.length === 1 ? 'yes' : 'maybe'
}
