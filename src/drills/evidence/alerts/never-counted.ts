import type { AlertRule } from '../../../probes/prometheus.ts'
import { labelsOfAlerts } from '../../clocks/labels-of-alerts.ts'
import { canFire } from '../../clocks/rule-clocks.ts'
import type { WantedAlert } from '../expected.ts'
import { type AlertScope, everyAlert, whyNotCounted } from './alert-scope.ts'

/**
 * Why an alert that a drill expects can never count: the description of the system ignores all that its rules make, or has another
 * scope. Undefined when it can, or when that is not known before it fires.
 */
export function whyNeverCounted(
  wanted: WantedAlert,
  { alertRules, labelNames, alertScope = everyAlert }: CountingContext,
): string | undefined {
  const rules = alertRules.filter((rule) => canFire(rule, wanted))
  const whys = rules.map((rule) => {
    const certain = Object.entries(labelsOfAlerts(rule, labelNames)).filter(([, value]) => !value.includes('{{'))
    const labels = { ...Object.fromEntries(certain), ...wanted.labels, alertname: wanted.alert }
    return whyNotCounted(labels, alertScope, { isNamed: true })
  })
  const [first] = whys
  return whys.every((why) => why !== undefined) ? first?.why : undefined
}

interface CountingContext {
  alertRules: readonly AlertRule[]
  /** Of all series; missing where that is not known. */
  labelNames?: ReadonlySet<string> | undefined
  alertScope?: AlertScope | undefined
}
