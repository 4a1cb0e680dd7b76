/** What one way of counting found of an objective's error budget. */
export interface BudgetCount {
  /** Events, and those of them that failed. */
  total: number
  failed: number
  /** Share of the period's budget that is gone (0.02 is 2 %, above 1 is more than all of it), at the traffic of this run. */
  burntRatio: number
  /** Until when it could count, in epoch milliseconds: rules are behind. */
  toMs: number
}

/** How much of one objective's error budget a run has cost, counted in two ways. Durations on the stack's clock. */
export interface BudgetBurnt {
  /** `store-availability`: service and name of the objective. */
  objective: string
  service: string
  name: string
  targetPercent: number
  /** The objective of the same service that promises the same, measured inside of it; this one is measured where users are. */
  outsideOf?: string
  /** The period that the whole budget is for, in milliseconds. */
  periodMs: number
  /** What was counted, in epoch milliseconds: from the injection to the end of the load. */
  fromMs: number
  toMs: number
  /** From the counters that the objective is judged by, event by event. Null when it could not be counted. */
  byEvents: BudgetCount | null
  /** From what the recording rules counted. Null when there are no such rules, or no answer. */
  byRules: BudgetCount | null
}
