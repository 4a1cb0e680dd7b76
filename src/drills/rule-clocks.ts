import { parseDuration } from '../base/duration.ts'
import { forMsOf } from '../stack/alerts/alert.ts'
import { alertGroups } from '../stack/alerts/alerts.ts'
import type { Profile } from '../stack/profile.ts'
import { sloRuleGroups } from '../stack/render/slo-rules.ts'
import type { StackSettings } from '../stack/settings.ts'
import type { RuleClock } from './floor.ts'

/** An alert that a stack has a rule for, and that rule's clock. */
export interface NamedClock extends RuleClock {
  alert: string
}

/** The clocks of all alerts that a stack of this profile has, as its rules are rendered. A name may come more than once. */
export function renderedClocks(profile: Profile, settings: StackSettings): NamedClock[] {
  const shipped = alertGroups.flatMap(({ every, alerts }) =>
    alerts.map((one) => ({ alert: one.alert, forMs: forMsOf(one, profile), evaluationMs: profile.timing[every] })),
  )
  const onBudgets = sloRuleGroups(profile, settings).flatMap(({ interval, rules }) =>
    rules.flatMap((rule) =>
      'alert' in rule
        ? [
            {
              alert: rule.alert,
              forMs: parseDuration(rule.for ?? '0s') ?? 0,
              evaluationMs: parseDuration(interval ?? '') ?? profile.timing.evaluationMs,
            },
          ]
        : [],
    ),
  )
  return [...shipped, ...onBudgets]
}

/** Of the rules of one alert the quickest: what it costs at least. */
export function quickest(clocks: readonly NamedClock[], alert: string): NamedClock | undefined {
  return clocks
    .filter((one) => one.alert === alert)
    .sort((a, b) => a.forMs - b.forMs || a.evaluationMs - b.evaluationMs)[0]
}
