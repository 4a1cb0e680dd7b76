import { defined } from '../../base/defined.ts'
import { parseDuration } from '../../base/units/duration.ts'
import { parseDurationRange } from '../../base/units/duration-range.ts'
import type { AlertRule, Labels } from '../../probes/prometheus.ts'
import { clockOf, forMsOf } from '../../stack/alerts/alert.ts'
import { alertGroups } from '../../stack/alerts/alerts.ts'
import type { Profile } from '../../stack/profile.ts'
import { sloRuleGroups } from '../../stack/render/slo-rules.ts'
import type { StackSettings } from '../../stack/settings.ts'

/** The clocks of all alerts that a stack of this profile has, as its rules are rendered. A name may come more than once. */
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

/** Of the rules that can fire the alert that is wanted, the quickest: what it costs at least. */
export function quickest(
  clocks: readonly AlertRule[],
  wanted: { alert: string; labels: Labels },
): AlertRule | undefined {
  return clocks
    .filter(({ alert, labels }) => alert === wanted.alert && contradictions(labels, wanted.labels).length === 0)
    .sort((a, b) => leastMs(a) - leastMs(b) || a.evaluationMs - b.evaluationMs)[0]
}

function leastMs({ forMs, shows }: AlertRule): number {
  return forMs + (shows?.minMs ?? 0)
}

/** Labels that are wanted and that a rule gives another value; what a template makes is not known. */
export function contradictions(given: Labels, wanted: Labels): string[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const own = given[name]
    return own === undefined || own === value || own.includes('{{') ? [] : [name]
  })
}
