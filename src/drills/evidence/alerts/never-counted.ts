import type { AlertRule } from '../../../probes/prometheus.ts'
import { canFire, certainLabelsOf } from '../../clocks/rule-clocks.ts'
import type { WantedAlert } from '../expected.ts'
import { type AlertScope, everyAlert, whyNotCounted } from './alert-scope.ts'

/**
 * Why an alert that a drill expects can never count: the description of the system ignores all that its rules make, or has another
 * scope. Undefined when it can, or when that is not known before it fires.
 */
export function whyNeverCounted(
  wanted: WantedAlert,
  { alertRules, alertScope = everyAlert }: { alertRules: readonly AlertRule[]; alertScope?: AlertScope | undefined },
): string | undefined {
  const rules = alertRules.filter((rule) => canFire(rule, wanted))
  const whys = rules.map((rule) =>
    whyNotCounted({ ...certainLabelsOf(rule), ...wanted.labels, alertname: wanted.alert }, alertScope, {
      isNamed: true,
    }),
  )
  const [first] = whys
  return whys.every((why) => why !== undefined) ? first?.why : undefined
}
