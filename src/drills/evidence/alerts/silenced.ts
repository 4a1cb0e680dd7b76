import { compileRegex } from '../../../base/text/linear-regex.ts'
import type { Silence, SilenceMatcher } from '../../../probes/alertmanager.ts'
import type { AlertRule, Labels } from '../../../probes/prometheus.ts'
import { canFire, certainLabelsOf } from '../../clocks/rule-clocks.ts'
import type { WantedAlert } from '../expected.ts'
import { silencedText } from './suppression.ts'

/**
 * Why nobody would be notified of an alert that a drill expects: a silence matches it by the labels that the drill and its rules give
 * it. Undefined when none does, and when a silence asks for a label whose value is not known before the alert fires.
 */
export function whySilenced(
  wanted: WantedAlert,
  { silences, alertRules }: { silences: readonly Silence[]; alertRules: readonly AlertRule[] },
): string | undefined {
  const rules = alertRules.filter((rule) => canFire(rule, wanted))
  const named = { ...wanted.labels, alertname: wanted.alert }
  const known = rules.length === 0 ? [named] : rules.map((rule) => ({ ...certainLabelsOf(rule), ...named }))
  const silence = silences.find(
    ({ matchers }) =>
      matchers.length > 0 && known.every((labels) => matchers.every((matcher) => surelyMatches(matcher, labels))),
  )
  return silence && `${silencedText(silence)}, until ${new Date(silence.endsAtMs).toISOString()}`
}

function surelyMatches({ name, value, isRegex, isEqual = true }: SilenceMatcher, labels: Labels): boolean {
  const own = labels[name]
  if (own === undefined) return false
  const matches = isRegex ? compileRegex(`^(?:${value})$`)?.test(own) : own === value
  return matches === isEqual
}
