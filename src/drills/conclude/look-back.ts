import { restOfMs, sleep } from '../../base/wait.ts'
import type { Objective } from '../../slo/objective.ts'
import { servicesOf } from '../file/method-step.ts'
import type { RunContext } from '../gate/run-context.ts'
import type { BudgetBurnt } from '../journal/schema/budget.ts'
import type { JournalSeries } from '../journal/schema/series.ts'
import type { DrillLoad } from '../method/drill-load.ts'
import { countBudgets } from './count-budgets.ts'
import { readUp } from './make-series.ts'

/** What is read from Prometheus once a run is over. */

/** Slack behind a scrape, in milliseconds, until its samples can be read. */
const SCRAPE_SLACK_MS = 150

export interface LookBackOptions {
  /** What is counted: from zero to the end of the load. Epoch milliseconds, as all here. */
  fromMs: number
  toMs: number
  /** When the load began. */
  begunAtMs: number
  objectives: readonly Objective[]
  load: DrillLoad | undefined
  signal?: AbortSignal | undefined
}

/** What a run has cost of every budget, once every service has been scraped once more, and when its services were up. */
export async function lookBack(
  { drill, prometheus, profile, description: { targets } }: RunContext,
  { fromMs, toMs, begunAtMs, objectives, load, signal }: LookBackOptions,
): Promise<{ budgets: BudgetBurnt[]; up: JournalSeries['up'] }> {
  if (objectives.length > 0) {
    await sleep(restOfMs(profile.timing.scrapeMs + SCRAPE_SLACK_MS, toMs), signal)
  }
  // What has not arrived at a store by now would be missing in each figure.
  const nowMs = Date.now()
  if ((await prometheus.store?.caughtUp(nowMs, { signal })) !== undefined) return { budgets: [], up: [] }
  const counting = { prometheus, profile, objectives, fromMs, toMs, nowMs }
  const probed = drill.steadyState.flatMap((probe) => (probe.kind === 'http' ? [probe.service] : []))
  const services = new Set([...drill.method.flatMap(servicesOf), ...probed, ...(load ? [load.service] : [])])
  const [budgets, up] = await Promise.all([
    objectives.length === 0 ? [] : countBudgets(counting),
    readUp(prometheus, { services: [...services], targets }, { fromMs: begunAtMs, nowMs: Date.now() }),
  ])
  return { budgets, up }
}
