import type { GateFinding } from './checks/check.ts'

/** The time in which a system has to be clean. */

/** How long a stack may take to be clean, in milliseconds: Prometheus scrapes new targets only about 5 s after its start. */
const CLEAN_WITHIN_MS = 15_000
/** What is over by itself puts off the end of that time, again and again, for so long at most, also where its clock is another one. In milliseconds. */
const MOST_PUT_OFF_MS = 5 * 60_000

/** How long a gate waits: by what it finds, look by look. */
export class GateBound {
  #putOffMs = 0

  /**
   * How long the gate waits in all, in milliseconds, when it has waited so long and finds this: what lasts least decides. That time begins when
   * nothing is left that is over by itself.
   */
  atMostMs(findings: readonly GateFinding[], waitedMs: number): number {
    const nowMs = Date.now()
    const rest = Math.max(0, ...findings.map(({ overByMs = 0 }) => overByMs - nowMs))
    const restMs = Math.min(rest, MOST_PUT_OFF_MS)
    if (restMs > 0) this.#putOffMs = Math.min(waitedMs, MOST_PUT_OFF_MS)
    return this.#putOffMs + restMs + boundMs(findings)
  }
}

/** How long a system in which this was found may take to be clean, in milliseconds, from the first look: what lasts least decides. */
export function boundMs(findings: readonly GateFinding[]): number {
  return CLEAN_WITHIN_MS + Math.min(...findings.map(({ lastsMs = 0 }) => lastsMs))
}
