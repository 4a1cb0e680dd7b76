import { promDuration } from '../../base/units/duration.ts'
import { type Objective, objectiveId } from '../objective.ts'
import { identitySelector, series, sliSeries } from '../series.ts'
import { currentWindowMs } from '../windows.ts'
import type { Clock, Rule, RuleGroup } from './rule-group.ts'

/** The alert for an objective without data. */

/** How long an objective's data must be missing, in milliseconds of production time. Longer than a start takes. */
const ABSENT_FOR_MS = 10 * 60_000
const ABSENT_STEP_MS = 60_000

type Texts = Readonly<Record<string, string>>

/**
 * An alert for each objective whose data vanishes: an objective that nobody measures is always met. No traffic is not
 * absence: counters that do not change are present.
 */
export function absenceGroup(objectives: readonly Objective[], clock: Clock, annotations: Texts): RuleGroup {
  return {
    name: 'slo-absence',
    interval: promDuration(clock.scale(ABSENT_STEP_MS)),
    rules: objectives.map((objective) => absenceAlert(objective, clock, annotations)),
  }
}

function absenceAlert(objective: Objective, clock: Clock, annotations: Texts): Rule {
  const recorded = objective.counting === 'counted' ? series.totalEvents : sliSeries(currentWindowMs)
  return {
    alert: 'SLODataAbsent',
    expr: `absent(${recorded}${identitySelector(objective)})`,
    for: promDuration(clock.scale(ABSENT_FOR_MS)),
    labels: { severity: 'warning', service: objective.service, slo: objective.name },
    annotations: {
      summary: `Nothing is measured for the objective ${objectiveId(objective)}`,
      description: `The series of ${objective.service} that the objective ${objective.name} is judged by are gone: whether it is met is not known.`,
      ...annotations,
    },
  }
}
