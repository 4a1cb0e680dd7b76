import { writeDurationRange } from '../../base/units/duration-range.ts'
import type { AlertMeta, Objective } from '../../slo/objective.ts'
import { behind } from '../../slo/rules/counted-rules.ts'
import type { RuleGroup } from '../../slo/rules/rule-group.ts'
import { objectiveRules } from '../../slo/rules/rules.ts'
import { rulesYaml } from '../../slo/rules/rules-yaml.ts'
import { linksOf } from '../alerts/seen-on.ts'
import type { Profile } from '../profile.ts'
import { runbookUrl, type StackSettings } from '../settings.ts'
import { HEADER } from './yaml.ts'

/** rules/slo.yml: everything that is derived from the objectives. */
export function renderSloRules(profile: Profile, settings: StackSettings): string {
  return `${HEADER}${rulesYaml(sloRuleGroups(profile, settings))}`
}

/**
 * The rules of the stack's objectives on the profile's clock, with an alert for absent data. All alerts have runbooks, and state
 * how far counting delays them.
 */
export function sloRuleGroups(profile: Profile, settings: StackSettings): RuleGroup[] {
  const annotations = linksOf('SLODataAbsent', runbookUrl('SLODataAbsent', settings))
  const objectives = settings.objectives.map((objective) => annotated(objective, profile, settings))
  return objectiveRules(objectives, { clock: profile, absence: { annotations } })
}

function annotated({ page, ticket, ...objective }: Objective, profile: Profile, settings: StackSettings): Objective {
  const add = (severity: 'page' | 'ticket', meta: AlertMeta): AlertMeta => ({
    ...meta,
    annotations: {
      ...linksOf('ErrorBudgetBurn', runbookUrl('ErrorBudgetBurn', settings)),
      ...(objective.counting === 'counted' ? { shows_after: lag(severity, profile) } : {}),
      ...meta.annotations,
    },
  })
  return { ...objective, ...(page && { page: add('page', page) }), ...(ticket && { ticket: add('ticket', ticket) }) }
}

function lag(severity: 'page' | 'ticket', { scale }: Profile): string {
  const { minMs, maxMs } = behind(severity)
  return writeDurationRange({ minMs: scale(minMs), maxMs: scale(maxMs) })
}
