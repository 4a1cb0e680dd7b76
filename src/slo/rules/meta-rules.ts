import { countingInterval } from '../counting-interval.ts'
import { goNumber, plainNumber } from '../document/go-number.ts'
import { type Objective, objectiveId } from '../objective.ts'
import { identityLabels, identitySelector, series, sliSeries } from '../series.ts'
import { currentWindowMs, day } from '../windows.ts'
import type { Clock, RuleGroup } from './rule-group.ts'

/** Recordings about an objective itself: target, burn rate, budget. */

/** The version of Sloth whose rules these are. */
const SLOTH_VERSION = 'v0.16.0'

/** Records what an objective promises, how fast its budget burns and what is left of it. */
export function metaGroup(objective: Objective, clock: Clock): RuleGroup {
  const labels = { ...identityLabels(objective), ...objective.labels }
  const selector = identitySelector(objective)
  const target = objective.targetPercent / 100
  const rule = (record: string, expr: string) => ({ record, expr, labels })
  const burnRate = (windowMs: number) =>
    `${sliSeries(windowMs)}${selector}\n/ on(sloth_id, sloth_slo, sloth_service) group_left\n${series.budget}${selector}\n`
  return {
    name: `sloth-slo-meta-recordings-${objectiveId(objective)}`,
    ...countingInterval(objective, clock),
    rules: [
      rule(series.objective, `vector(${goNumber(target)})`),
      rule(series.budget, `vector(1-${goNumber(target)})`),
      rule(series.periodDays, `vector(${goNumber(clock.scale(objective.periodMs) / day)})`),
      rule(series.currentBurnRate, burnRate(currentWindowMs)),
      rule(series.periodBurnRate, burnRate(objective.periodMs)),
      rule(series.budgetRemaining, `1 - ${series.periodBurnRate}${selector}`),
      {
        record: series.info,
        expr: 'vector(1)',
        labels: {
          ...labels,
          sloth_version: SLOTH_VERSION,
          sloth_mode: 'cli-gen-prom',
          sloth_spec: objective.spec,
          sloth_objective: plainNumber(objective.targetPercent),
        },
      },
    ],
  }
}
