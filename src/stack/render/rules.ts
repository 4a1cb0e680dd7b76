import { promDuration } from '../../base/units/duration.ts'
import { writeDurationRange } from '../../base/units/duration-range.ts'
import type { Rule, RuleGroup } from '../../slo/rules/rule-group.ts'
import { type AlertDefinition, type AlertGroup, clockOf, forMsOf } from '../alerts/alert.ts'
import { alertGroups } from '../alerts/alerts.ts'
import { linksOf } from '../alerts/seen-on.ts'
import type { Profile } from '../profile.ts'
import { runbookUrl, type StackSettings } from '../settings.ts'
import { renderYaml } from './yaml.ts'

/** rules/firedrill.yml: the alert rules, on the profile's clock. */
export function renderRules(profile: Profile, settings: StackSettings, groups = alertGroups): string {
  return renderYaml({ groups: alertRuleGroups(profile, settings, groups) })
}

/** The groups of the alert rules as Prometheus reads them. */
export function alertRuleGroups(
  profile: Profile,
  settings: StackSettings,
  groups: readonly AlertGroup[] = alertGroups,
): RuleGroup[] {
  const clock = clockOf(profile)
  const render = (definition: AlertDefinition): Rule => {
    const { alert, expr, severity, labels, shows, summary, description } = definition
    const forMs = forMsOf(definition, profile)
    return {
      alert,
      expr: expr(clock),
      ...(forMs === 0 ? {} : { for: promDuration(forMs) }),
      labels: { severity, ...labels },
      annotations: {
        summary,
        description,
        ...linksOf(alert, runbookUrl(alert, settings)),
        ...(shows === undefined ? {} : { shows_after: writeDurationRange(shows(clock)) }),
      },
    }
  }
  return groups.map(({ name, every, alerts }) => ({
    name,
    interval: promDuration(profile.timing[every]),
    rules: alerts.map(render),
  }))
}
