/**
 * What burnt error budgets before the run. An alert on a burn rate looks far back: as long as its long window is over the
 * limit from before, the least failure fires it, and that proves nothing about this drill.
 */
export interface BurntBefore {
  /** `store-availability/page`: an objective and the severity of the alert whose long window is over its limit. */
  over: ReadonlySet<string>
}

export const nothingBurnt: BurntBefore = { over: new Set() }
