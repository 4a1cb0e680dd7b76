import { didYouMean } from '../../base/text/near-name.ts'
import { isDropped, isTakenAway, labelsAsSent, mayGainAny } from '../../probes/alert-labels/rule-labels.ts'
import { type AlertRule, formatLabels, type Labels } from '../../probes/prometheus.ts'
import type { PlanContext } from '../plan-context.ts'
import { canSeriesHave, labelsOfAlerts, MAKES_LABELS } from './labels-of-alerts.ts'
import { canFire, contradictions } from './rule-clocks.ts'

/** Why no alert of that name can ever have those labels; `undefined` when one can, or when that is not known. */
export function whyNoAlert(
  { alert, labels }: Pick<AlertRule, 'alert' | 'labels'>,
  { alertRules, labelNames }: Pick<PlanContext, 'alertRules' | 'labelNames'>,
): string | undefined {
  const rules = alertRules.filter((rule) => canFire(rule, { alert, labels: {} }))
  if (rules.length === 0) {
    const next = didYouMean(alert, [...new Set(alertRules.map(nameOf))])
    return `no rule defines the alert ${alert}${next === undefined ? '' : `; ${next}`}`
  }
  const sentBy = (rule: AlertRule) => labelsOfAlerts(rule, labelNames)
  const fitting = rules.filter((rule) => contradictions(sentBy(rule), labels).length === 0)
  if (fitting.length === 0) {
    const wrong = new Set(rules.flatMap((rule) => contradictions(sentBy(rule), labels)))
    const wanted = formatLabels(pick(labels, wrong))
    const given = [...new Set(rules.map((rule) => formatLabels(pick(sentBy(rule), wrong))))]
    return `no rule of ${alert} gives it ${wanted}; they give ${given.join(' or ')}`
  }
  if (fitting.every(isDropped)) {
    return `alert_relabel_configs of Prometheus drop ${alert} on its way to Alertmanager: nobody can be notified of it`
  }
  const missing = Object.keys(labels).filter((name) => fitting.every((rule) => !canHave(rule, name, labelNames)))
  const [first] = missing
  if (first === undefined) return undefined
  const next = didYouMean(first, [
    ...new Set([...(labelNames ?? []), ...fitting.flatMap((rule) => Object.keys(labelsAsSent(rule)))]),
  ])
  return `no rule of ${alert} gives it a label ${missing.join(' or ')}${next === undefined ? '' : `; ${next}`}`
}

function canHave(rule: AlertRule, name: string, labelNames: ReadonlySet<string> | undefined): boolean {
  if (labelsAsSent(rule)[name] !== undefined || mayGainAny(rule)) return true
  if (isTakenAway(name, rule)) return false
  if (labelNames === undefined) return true
  if (!canSeriesHave(rule, name)) return false
  // A label that no series has may still be made by the expression, or appear with the failure.
  return labelNames.has(name) || MAKES_LABELS.test(rule.expr) || didYouMean(name, [...labelNames]) === undefined
}

function nameOf(rule: AlertRule): string {
  return labelsAsSent(rule).alertname ?? rule.alert
}

function pick(labels: Labels, names: ReadonlySet<string>): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.has(name)))
}
