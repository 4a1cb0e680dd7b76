import { readBudgets } from '../../probes/budgets.ts'
import { formatComparison, holds } from '../../probes/comparison.ts'
import type { ProbeOptions } from '../../probes/json.ts'
import type { Prometheus } from '../../probes/prometheus.ts'
import { groupText } from '../../slo/budget.ts'
import { type StartCondition, startText } from './safety.ts'

/** What keeps a condition for a start from being true, in sentences. @throws FD_PROBE_UNREACHABLE, FD_PROBE_ANSWER */
export async function whyNotYet(
  condition: StartCondition,
  prometheus: Prometheus,
  options: ProbeOptions,
): Promise<string[]> {
  if ('metric' in condition) {
    const { metric, is } = condition
    const samples = await prometheus.query(metric, options)
    if (samples.length === 0) return [`${metric} has no value`]
    const wrong = samples.find(({ value }) => !holds(is, value))
    return wrong === undefined ? [] : [`${metric} is ${wrong.value}, not ${formatComparison(is)}`]
  }
  const wanted = startText(condition)
  const budgets = await readBudgets(prometheus, options)
  if (budgets.length === 0) return [`${wanted}: Prometheus has no objective in Sloth's form; name a metric instead`]
  return budgets.flatMap(({ service, objective, group, budgetLeftPercent }) => {
    const of = group === undefined ? '' : ` (${groupText(group)})`
    const name = `${service}-${objective}${of}`
    if (budgetLeftPercent === undefined) return [`${wanted}: what is left of ${name} is not known yet`]
    if (budgetLeftPercent > condition.aboveRatio * 100) return []
    return [`${wanted}: ${budgetLeftPercent.toFixed(1)} % is left of ${name}`]
  })
}
