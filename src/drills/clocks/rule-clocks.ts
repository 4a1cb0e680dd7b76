import { defined } from '../../base/defined.ts'
import { parseDuration } from '../../base/units/duration.ts'
import { parseDurationRange } from '../../base/units/duration-range.ts'
import { labelsAsSent } from '../../probes/alert-labels/rule-labels.ts'
import type { AlertRule, Labels } from '../../probes/prometheus.ts'
import { clockOf, forMsOf } from '../../stack/alerts/alert.ts'
import { alertGroups } from '../../stack/alerts/alerts.ts'
import type { Profile } from '../../stack/profile.ts'
import { sloRuleGroups } from '../../stack/render/slo-rules.ts'
import type { StackSettings } from '../../stack/settings.ts'
import { livenessClock, type RuleClock, type RunClocks } from './floor.ts'
import { groupWaitOf } from './route-wait.ts'

/** The rules of all alerts of a stack with this profile, as they are rendered. A name may occur more than once. */
export function renderedClocks(profile: Profile, settings: StackSettings): AlertRule[] {
  const shipped = alertGroups.flatMap(({ every, alerts }) =>
    alerts.map((one) => ({
      alert: one.alert,
      expr: one.expr(clockOf(profile)),
      labels: { ...one.labels },
      forMs: forMsOf(one, profile),
      evaluationMs: profile.timing[every],
      ...(one.shows === undefined ? {} : { shows: one.shows(clockOf(profile)) }),
    })),
  )
  const onBudgets = sloRuleGroups(profile, settings).flatMap(({ interval, rules }) =>
    rules.flatMap((rule) => {
      if (!('alert' in rule)) return []
      const shows = parseDurationRange(rule.annotations.shows_after ?? '')
      return [
        {
          alert: rule.alert,
          expr: rule.expr,
          labels: { ...rule.labels },
          forMs: parseDuration(rule.for ?? '0s') ?? 0,
          evaluationMs: parseDuration(interval ?? '') ?? profile.timing.evaluationMs,
          ...defined({ shows }),
        },
      ]
    }),
  )
  return [...shipped, ...onBudgets]
}

/** The clock of the quickest rule that can fire the alert; of the liveness rules where no such rule is known. */
export function clockFor(
  wanted: Pick<AlertRule, 'alert' | 'labels'>,
  clocks: Pick<RunClocks, 'timing' | 'alertRules' | 'routing'>,
): RuleClock {
  const groupWait = groupWaitOf(wanted, clocks)
  return { ...(quickest(clocks.alertRules, wanted) ?? livenessClock(clocks.timing)), ...defined({ groupWait }) }
}

/** How often the slowest rule that can fire the alert is evaluated, in milliseconds; of a drill without an alert, of all rules. */
export function evaluationMsOf(
  wanted: Pick<AlertRule, 'alert' | 'labels'> | undefined,
  { timing, alertRules }: Pick<RunClocks, 'timing' | 'alertRules'>,
): number {
  const own = wanted === undefined ? [] : rulesOf(alertRules, wanted)
  return own.length === 0 ? timing.livenessEvaluationMs : Math.max(...own.map(({ evaluationMs }) => evaluationMs))
}

/** The rule with the shortest delay of those that can fire the alert. */
export function quickest(
  alertRules: readonly AlertRule[],
  wanted: Pick<AlertRule, 'alert' | 'labels'>,
): AlertRule | undefined {
  return rulesOf(alertRules, wanted).sort((a, b) => leastMs(a) - leastMs(b) || a.evaluationMs - b.evaluationMs)[0]
}

function rulesOf(alertRules: readonly AlertRule[], wanted: Pick<AlertRule, 'alert' | 'labels'>): AlertRule[] {
  return alertRules.filter((rule) => canFire(rule, wanted))
}

/** Whether an alert of that name with those labels may be one of the rule's, by the labels that Alertmanager gets. */
export function canFire(rule: AlertRule, { alert, labels }: Pick<AlertRule, 'alert' | 'labels'>): boolean {
  return contradictions(labelsAsSent(rule), { ...labels, alertname: alert }).length === 0
}

/** The labels that every alert of a rule has at Alertmanager; what a template makes is not known. */
export function certainLabelsOf(rule: AlertRule): Labels {
  return Object.fromEntries(Object.entries(labelsAsSent(rule)).filter(([, value]) => !value.includes('{{')))
}

function leastMs({ forMs, shows }: AlertRule): number {
  return forMs + (shows?.minMs ?? 0)
}

/** Names of the wanted labels to which a rule gives another value. The value that a template makes is not known. */
export function contradictions(given: Labels, wanted: Labels): string[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const own = given[name]
    return own === undefined || own === value || own.includes('{{') ? [] : [name]
  })
}
