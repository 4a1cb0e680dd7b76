import { lookBackMs } from '../../lint/syntax.ts'
import type { AlertRule, Labels } from '../../probes/prometheus.ts'
import { parseExpression } from '../../promql/expression.ts'

/** How long an alert remembers what fired it: the longest window of the rules of its name, in milliseconds. */
export function rememberedMs({ alertname }: Labels, alertRules: readonly AlertRule[]): number {
  const rules = alertRules.filter(({ alert }) => alert === alertname)
  return Math.max(0, ...rules.map(({ expr }) => lookBackMs(parseExpression(expr))))
}
