import { defined } from '../../base/defined.ts'
import { promDuration } from '../../base/units/duration.ts'
import type { Prometheus } from '../../probes/prometheus.ts'
import { incrementOf, whyNotCountable } from '../../slo/increments.ts'
import { type Objective, objectiveId } from '../../slo/objective.ts'
import { DELAY_MS } from '../../slo/rules/counted-rules.ts'
import { series } from '../../slo/series.ts'
import type { Profile } from '../../stack/profile.ts'
import type { BudgetBurnt, BudgetCount } from '../journal/schema/budget.ts'

/** What a run has cost of every error budget. */

const LOOK_TIMEOUT_MS = 5_000
/** Into how many steps a run is cut at most: a counter that restarts is followed once a step. */
const MOST_STEPS = 40

export interface CountOptions {
  prometheus: Prometheus
  profile: Profile
  objectives: readonly Objective[]
  /** What is counted: epoch milliseconds. Every service must have been scraped once more since `toMs`. */
  fromMs: number
  toMs: number
  nowMs: number
}

/** What a stretch of time has cost each objective for which the stack has rules. Never rejects: what fails is null. */
export async function countBudgets(options: CountOptions): Promise<BudgetBurnt[]> {
  const { prometheus, profile, objectives, fromMs, toMs } = options
  const delayMs = profile.scale(DELAY_MS)
  const known = await byId(prometheus, series.objective).catch(() => new Map<string, number>())
  const windowMs = options.nowMs - (fromMs + delayMs)
  const recorded = (name: string) =>
    byId(
      prometheus,
      `sum_over_time(${name}{sloth_id!=""}[${promDuration(Math.max(1, windowMs))}])`,
      options.nowMs,
    ).catch(() => undefined)
  const [totals, errors] = await Promise.all([recorded(series.totalEvents), recorded(series.errorEvents)])
  const there = objectives.filter((objective) => known.has(objectiveId(objective)))
  return Promise.all(
    there.map(async (objective) => {
      const id = objectiveId(objective)
      const periodMs = profile.scale(objective.periodMs)
      const burnt = (total: number, failed: number, untilMs: number): BudgetCount => {
        const passedMs = Math.max(0, untilMs - fromMs)
        return {
          total,
          failed,
          toMs: untilMs,
          burntRatio: burntRatio(objective, { total, failed }, passedMs / periodMs),
        }
      }
      const counted = await countEvents(objective, options).catch(() => undefined)
      const total = totals?.get(id)
      return {
        objective: id,
        service: objective.service,
        name: objective.name,
        targetPercent: objective.targetPercent,
        ...defined({ outsideOf: objective.outsideOf }),
        periodMs,
        fromMs,
        toMs,
        byEvents: counted === undefined ? null : burnt(counted.total, counted.failed, toMs),
        byRules:
          total === undefined || windowMs <= 0
            ? null
            : burnt(Math.round(total), Math.round(errors?.get(id) ?? 0), Math.min(toMs, options.nowMs - delayMs)),
      }
    }),
  )
}

/**
 * The share of the period's budget that is gone: what failed, of what may fail in a whole period with as much traffic as now,
 *
 *   failed / ((1 - objective) · total · period / passed)
 */
export function burntRatio(
  { targetPercent }: Pick<Objective, 'targetPercent'>,
  { total, failed }: { total: number; failed: number },
  shareOfPeriod: number,
): number {
  if (failed <= 0 || total <= 0) return 0
  const budgetRatio = (100 - targetPercent) / 100
  // Without any budget the first failure is all of it.
  return budgetRatio === 0 ? 1 : (failed / total / budgetRatio) * shareOfPeriod
}

/** The events of the stretch by the objective's own counters, exactly; undefined when the objective's events cannot be counted. */
async function countEvents(
  { indicator }: Objective,
  { prometheus, profile, fromMs, toMs, nowMs }: CountOptions,
): Promise<{ total: number; failed: number } | undefined> {
  if (indicator.kind !== 'events') return undefined
  if (whyNotCountable(indicator.totalQuery) ?? whyNotCountable(indicator.errorQuery)) return undefined
  const { scrapeMs, lookbackMs } = profile.timing
  const lengthMs = Math.max(1, Math.min(nowMs, toMs + 2 * scrapeMs) - fromMs)
  const { steps, stepMs } = cutEvenly(lengthMs, 2 * scrapeMs)
  // Longer than any outage of the run: a counter that comes back is not taken for a new one.
  const memoryMs = lengthMs + lookbackMs
  const count = async (query: string) => {
    const expression = incrementOf(query, { stepMs, delayMs: 0, recentMs: memoryMs, memoryMs, freshCounts: true })
    const range = { startMs: fromMs + stepMs, endMs: fromMs + steps * stepMs, stepMs }
    const groups = await prometheus.range(expression, range, { timeoutMs: LOOK_TIMEOUT_MS })
    const samples = groups.flatMap((group) => group.samples)
    return samples.reduce((sum, { value }) => sum + (Number.isFinite(value) ? value : 0), 0)
  }
  const [total, failed] = await Promise.all([count(indicator.totalQuery), count(indicator.errorQuery)])
  return { total: Math.round(total), failed: Math.round(failed) }
}

/** Cuts a stretch into equal steps, so that together they are the stretch (to a few milliseconds) and nothing before it. */
export function cutEvenly(lengthMs: number, leastMs: number): { steps: number; stepMs: number } {
  const steps = Math.max(1, Math.min(MOST_STEPS, Math.floor(lengthMs / leastMs)))
  return { steps, stepMs: Math.ceil(lengthMs / steps) }
}

/** The values of each objective, added up: now, or at a moment. */
async function byId(prometheus: Prometheus, expression: string, atMs?: number): Promise<Map<string, number>> {
  const options = { timeoutMs: LOOK_TIMEOUT_MS }
  const asked =
    atMs === undefined ? prometheus.query(expression, options) : prometheus.queryAt(expression, atMs, options)
  const samples = await asked
  const sums = new Map<string, number>()
  // Each group of an objective (`sum by (host)`) has events of its own.
  for (const { labels, value } of samples)
    sums.set(labels.sloth_id ?? '', (sums.get(labels.sloth_id ?? '') ?? 0) + value)
  return sums
}
