import { ANY_SERIES } from '../../lint/knowledge/any-series.ts'
import { evaluate } from '../../lint/shape/evaluate.ts'
import { mayHave } from '../../lint/shape/label-set.ts'
import { labelsAsSent } from '../../probes/alert-labels/rule-labels.ts'
import type { AlertRule, Labels } from '../../probes/prometheus.ts'
import { parseExpression } from '../../promql/expression.ts'

/**
 * The labels of each alert of a rule at Alertmanager, where the labels are known that series have: what Prometheus adds is certain then,
 * unless the series have a label of that name. What is not certain is a template.
 */
export function labelsOfAlerts(rule: AlertRule, labelNames: ReadonlySet<string> | undefined): Labels {
  if (labelNames === undefined || MAKES_LABELS.test(rule.expr)) return labelsAsSent(rule)
  return labelsAsSent(rule, (name) => labelNames.has(name) && canSeriesHave(rule, name))
}

/** Functions that add labels which the series do not have. */
export const MAKES_LABELS = /\b(?:label_replace|label_join|count_values)\b/

/** No series are known here: this is only what the expression itself does to labels. */
export function canSeriesHave({ expr, evaluationMs }: AlertRule, name: string): boolean {
  const { sets } = evaluate(parseExpression(expr), ANY_SERIES, evaluationMs).shape
  return sets.some((set) => mayHave(set, name))
}
