import { promDuration } from '../../base/units/duration.ts'
import { withWindow } from '../document/window-variable.ts'
import { type Objective, objectiveId } from '../objective.ts'
import { identityLabels, identitySelector, sliSeries } from '../series.ts'
import { currentWindowMs, sliWindowsMs, windowName } from '../windows.ts'
import type { Clock, Rule, RuleGroup } from './rule-group.ts'

/** Records the error ratio over every window and over the period, averaged: the rules that Sloth writes. */
export function averagedSliGroups(objective: Objective, clock: Clock): RuleGroup[] {
  return [
    {
      name: `sloth-slo-sli-recordings-${objectiveId(objective)}`,
      rules: [
        ...sliWindowsMs.map((ms) => ratioRule(objective, ms, ratio(objective, promDuration(clock.scale(ms))))),
        ratioRule(objective, objective.periodMs, averageOverPeriod(objective, clock)),
      ],
    },
  ]
}

/** The rule that records an error ratio over a window, whatever its expression. */
export function ratioRule(objective: Objective, windowMs: number, expr: string): Rule {
  return {
    record: sliSeries(windowMs),
    expr,
    labels: { ...identityLabels(objective), sloth_window: windowName(windowMs), ...objective.labels },
  }
}

function ratio({ indicator }: Objective, range: string): string {
  return indicator.kind === 'ratio'
    ? withWindow(`(${indicator.errorRatioQuery})`, range)
    : withWindow(`(${indicator.errorQuery})\n/\n(${indicator.totalQuery})\n`, range)
}

/** The mean of all recorded current ratios: far cheaper than the events of 30 days, but each moment weighs the same. */
function averageOverPeriod(objective: Objective, clock: Clock): string {
  const recorded = `${sliSeries(currentWindowMs)}${identitySelector(objective)}[${promDuration(clock.scale(objective.periodMs))}]`
  return `sum_over_time(${recorded})\n/ ignoring (sloth_window)\ncount_over_time(${recorded})\n`
}
