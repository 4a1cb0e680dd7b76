import { formatLabels, type Labels } from '../../../probes/prometheus.ts'
import { type AlertMatcher, parseAlertMatcher } from './alert-matcher.ts'

/** Which alerts of a monitoring are about the system under drill: those that count. */
export interface AlertScope {
  scope: Labels
  ignore: readonly AlertMatcher[]
}

/** The same, as the description of the system says it. */
export interface AlertSettings {
  /** Labels that an alert of the system has. */
  scope: Labels
  /** Names or matchers of alerts that count against no drill. */
  ignore: readonly string[]
}

/** Every alert counts: the monitoring is of this system alone. */
export const everyAlert: AlertScope = { scope: {}, ignore: [] }

/** The entries have passed the validation of their file. */
export function readAlertScope(settings: AlertSettings | undefined): AlertScope {
  if (settings === undefined) return everyAlert
  return { scope: settings.scope, ignore: settings.ignore.flatMap((text) => parseAlertMatcher(text) ?? []) }
}

/** Why an alert counts against no drill of this system. */
export interface NotCounted {
  kind: 'ignored' | 'out of scope'
  why: string
}

/**
 * Why an alert with these labels does not count; undefined when it does. An alert that a drill expects is in scope also when it lacks
 * a label of the scope: `sum()` leaves labels out, and the drill names the alert.
 */
export function whyNotCounted(
  labels: Labels,
  { scope, ignore }: AlertScope,
  { isNamed }: { /** By what the drill expects. */ isNamed: boolean },
): NotCounted | undefined {
  const ignoring = ignore.find((matcher) => matcher.matches(labels))
  if (ignoring !== undefined) return { kind: 'ignored', why: `ignored: alerts.ignore has ${ignoring.text}` }
  const outside = Object.entries(scope).some(([name, value]) =>
    isNamed && labels[name] === undefined ? false : labels[name] !== value,
  )
  return outside ? { kind: 'out of scope', why: `out of scope: alerts.scope is ${formatLabels(scope)}` } : undefined
}
