import type { AlertMeta, Objective } from '../../slo/objective.ts'
import type { RuleGroup } from '../../slo/rule-group.ts'
import { objectiveRules } from '../../slo/rules.ts'
import { rulesYaml } from '../../slo/rules-yaml.ts'
import type { Profile } from '../profile.ts'
import { runbookUrl, type StackSettings } from '../settings.ts'
import { HEADER } from './yaml.ts'

/** rules/slo.yml: everything that is derived from the objectives. */
export function renderSloRules(profile: Profile, settings: StackSettings): string {
  return `${HEADER}${rulesYaml(sloRuleGroups(profile, settings))}`
}

/** The rules of the stack's objectives on the profile's clock, with an alert for absent data, and runbooks for all alerts. */
export function sloRuleGroups(profile: Profile, settings: StackSettings): RuleGroup[] {
  const annotations = { runbook_url: runbookUrl('SLODataAbsent', settings) }
  const objectives = settings.objectives.map((objective) => withRunbooks(objective, settings))
  return objectiveRules(objectives, { clock: profile, absence: { annotations } })
}

function withRunbooks({ page, ticket, ...objective }: Objective, settings: StackSettings): Objective {
  const add = (meta: AlertMeta): AlertMeta => ({
    ...meta,
    annotations: { runbook_url: runbookUrl('ErrorBudgetBurn', settings), ...meta.annotations },
  })
  return { ...objective, ...(page && { page: add(page) }), ...(ticket && { ticket: add(ticket) }) }
}
