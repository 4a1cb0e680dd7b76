import type { Objective } from '../objective.ts'
import { absenceGroup } from './absence-alert.ts'
import { alertGroup } from './burn-alerts.ts'
import { countedSliGroups } from './counted-rules.ts'
import { metaGroup } from './meta-rules.ts'
import type { Clock, RuleGroup } from './rule-group.ts'
import { averagedSliGroups } from './sli-rules.ts'

export interface RuleOptions {
  clock: Clock
  /** Also an alert for each objective whose data vanishes, with these annotations besides its own. Sloth has none. */
  absence?: { annotations: Readonly<Record<string, string>> } | undefined
}

/** All rules of the objectives, in their order: error ratios, metadata, alerts. */
export function objectiveRules(objectives: readonly Objective[], { clock, absence }: RuleOptions): RuleGroup[] {
  const groups = objectives.flatMap((objective) => [
    ...(objective.counting === 'counted' ? countedSliGroups(objective, clock) : averagedSliGroups(objective, clock)),
    metaGroup(objective, clock),
    alertGroup(objective, clock),
  ])
  if (absence !== undefined) groups.push(absenceGroup(objectives, clock, absence.annotations))
  return groups.filter(({ rules }) => rules.length > 0)
}
