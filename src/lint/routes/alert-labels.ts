import { parseExpression, partsOf } from '../../promql/expression.ts'
import {
  ANY_VALUE,
  NO_VALUE,
  type PossibleLabels,
  type PossibleValues,
  valuesOf,
  withValues,
} from '../../routing/possible-labels.ts'
import type { LintRule } from '../finding.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import { evaluate } from '../shape/evaluate.ts'
import { distinct, type LabelSet, NAME, UNKNOWN } from '../shape/label-set.ts'
import { accepts, type LabelValues } from '../shape/label-values.ts'
import type { Shape } from '../shape/shape.ts'

/** An alert rule, as far as its labels go. */
export type LabelledRule = Pick<LintRule, 'name' | 'expr' | 'labels' | 'evaluationMs'>

/**
 * The labels that the alerts of a rule have at Alertmanager: those of the expression's result, then those of the rule, then, where the
 * alert has no label of the name, the external ones of Prometheus. There are several possibilities where the result has several. `known`:
 * the shape of the result, or what it can be found from.
 */
export function alertLabelsOf(
  { name, expr, labels, evaluationMs }: LabelledRule,
  known: Knowledge | Shape,
  external: Readonly<Record<string, string>> = {},
): PossibleLabels[] {
  const shape = 'sets' in known ? known : shapeOf(expr, known, evaluationMs)
  const sets = shape.never === undefined && shape.sets.length > 0 ? distinct(shape.sets) : [UNKNOWN]
  return sets.map((set) => {
    const own = Object.entries({ ...labels, alertname: name })
    const made = own.reduce((all, [label, text]) => withValues(all, label, valuesOfText(text)), possible(set))
    return Object.entries(external).reduce((all, [label, value]) => {
      const values = valuesOf(all, label)
      return withValues(all, label, { ...values, ...withExternal(values, value) })
    }, made)
  })
}

function shapeOf(expr: string, knowledge: Knowledge, evaluationMs: number): Shape {
  const tree = parseExpression(expr)
  return evaluate(partsOf(tree)[0] ?? tree, knowledge, evaluationMs).shape
}

/** Those of the label sets that can have the wanted labels, with them; all of them where none can. */
export function restrictedTo(
  sets: readonly PossibleLabels[],
  wanted: Readonly<Record<string, string>>,
): PossibleLabels[] {
  const entries = Object.entries(wanted)
  const fitting = sets.filter((set) =>
    entries.every(([name, value]) => valuesOf(set, name).only?.includes(value) ?? true),
  )
  return (fitting.length === 0 ? sets : fitting).map((set) =>
    entries.reduce((all, [name, value]) => withValues(all, name, { only: [value] }), set),
  )
}

/** What a template makes is not known; a label without a value is missing. */
function valuesOfText(text: string): PossibleValues {
  return text.includes('{{') ? ANY_VALUE : { only: [text] }
}

function withExternal({ only }: PossibleValues, value: string): PossibleValues {
  return only === undefined ? { present: true } : { only: [...new Set(only.map((one) => one || value))] }
}

function possible({ named, others }: LabelSet): PossibleLabels {
  const known = [...named]
    .filter(([name]) => name !== NAME)
    .map(([name, values]) => [name, toPossible(values)] as const)
  return { named: new Map([...known, [NAME, NO_VALUE]]), others: toPossible(others) }
}

function toPossible(values: LabelValues): PossibleValues {
  if (values.only !== undefined) return { only: [...values.only] }
  return accepts(values, '') ? ANY_VALUE : { present: true }
}
