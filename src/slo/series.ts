import { type Objective, objectiveId } from './objective.ts'
import { windowName } from './windows.ts'

/** Names of the series that are recorded for an objective: Sloth's, so that dashboards and rules made for Sloth work on them. */
export const series = {
  objective: 'slo:objective:ratio',
  budget: 'slo:error_budget:ratio',
  periodDays: 'slo:time_period:days',
  currentBurnRate: 'slo:current_burn_rate:ratio',
  periodBurnRate: 'slo:period_burn_rate:ratio',
  budgetRemaining: 'slo:period_error_budget_remaining:ratio',
  info: 'sloth_slo_info',
  /** Counted objectives only: failed events, and all events, since the evaluation before. */
  errorEvents: 'slo:error_events:count',
  totalEvents: 'slo:total_events:count',
  /** Counted objectives only: the same over the period. */
  periodErrorEvents: 'slo:period_error_events:count',
  periodTotalEvents: 'slo:period_total_events:count',
} as const

/** On all that is recorded of an objective that is measured outside: the name of the one inside. */
export const OUTSIDE_OF = 'outside_of'

/** The error ratio over a window. The window's name is in production time on every clock. */
export function sliSeries(windowMs: number): string {
  return `slo:sli_error:ratio_rate${windowName(windowMs)}`
}

/** The labels that distinguish one objective from all others. */
export function identityLabels(objective: Objective): Record<string, string> {
  return {
    sloth_id: objectiveId(objective),
    sloth_service: objective.service,
    sloth_slo: objective.name,
  }
}

/** The same as a selector: `{sloth_id="…", sloth_service="…", sloth_slo="…"}`. */
export function identitySelector(objective: Objective): string {
  let selector = selectors.get(objective)
  if (selector === undefined) {
    const pairs = Object.entries(identityLabels(objective)).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    selector = `{${pairs.join(', ')}}`
    selectors.set(objective, selector)
  }
  return selector
}

/** Cached: each is part of a dozen expressions. */
const selectors = new WeakMap<Objective, string>()
