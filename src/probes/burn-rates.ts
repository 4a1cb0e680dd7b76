import { type BudgetStatus, groupText } from '../slo/budget.ts'
import { series, sliSeries } from '../slo/series.ts'
import { sliWindowsMs, windowName } from '../slo/windows.ts'
import type { ProbeOptions } from './json.ts'
import { hasLabels, type Labels, type Prometheus, type Sample } from './prometheus.ts'

/** Reads from Prometheus how fast error budgets burn, now and over time. */

/** How fast a budget burns over one window. */
export interface BurnRate {
  /** In production time: 5m. */
  window: string
  /** Its length in production time. */
  windowMs: number
  /** How many times faster than sustainable; null without events in it. */
  rate: number | null
}

/**
 * The burn rates of each of these budgets, over every window, the shortest first.
 * @throws FD_PROBE_UNREACHABLE or FD_PROBE_ANSWER
 */
export async function readBurnRates(
  prometheus: Prometheus,
  budgets: readonly BudgetStatus[],
  options: ProbeOptions,
): Promise<BurnRate[][]> {
  const samples = await prometheus.query(`{__name__=~"${RATIOS.join('|')}", sloth_id!=""}`, options)
  return budgets.map((budget) => {
    const budgetRatio = ratioOf(budget)
    return sliWindowsMs.map((windowMs) => {
      const sample = samples.find(({ labels }) => labels.__name__ === sliSeries(windowMs) && isOf(budget, labels))
      return { window: windowName(windowMs), windowMs, rate: rateOf(sample?.value, budgetRatio) }
    })
  })
}

/** How a budget, or one group of it, has gone. Values stand for the times of the range, in order; null where there is none. */
export interface BudgetHistory {
  /** `host="a"`; empty without a group. */
  group: string
  budgetLeftPercent: (number | null)[]
  burnRates: { window: string; rates: (number | null)[] }[]
  /** Counted objectives only; of a step. */
  goodEvents: (number | null)[]
  failedEvents: (number | null)[]
}

/** @throws FD_PROBE_UNREACHABLE or FD_PROBE_ANSWER */
export async function readBudgetHistory(
  prometheus: Prometheus,
  { budgets, timesMs, stepMs }: { budgets: readonly BudgetStatus[]; timesMs: readonly number[]; stepMs: number },
  options: ProbeOptions,
): Promise<BudgetHistory[]> {
  const [first] = budgets
  if (first === undefined) return []
  const selector = `sloth_service=${JSON.stringify(first.service)}, sloth_slo=${JSON.stringify(first.objective)}`
  const range = { startMs: timesMs[0] ?? 0, endMs: timesMs.at(-1) ?? 0, stepMs }
  const counted = (name: string) => prometheus.range(`sum_over_time(${name}{${selector}}[${stepMs}ms])`, range, options)
  const [recorded, errors, totals] = await Promise.all([
    prometheus.range(`{__name__=~"${[series.budgetRemaining, ...RATIOS].join('|')}", ${selector}}`, range, options),
    counted(series.errorEvents),
    counted(series.totalEvents),
  ])
  return budgets.map((budget): BudgetHistory => {
    const valuesOf = (all: typeof recorded, name?: string) => {
      const one = all.find(({ labels }) => (name === undefined || labels.__name__ === name) && isOf(budget, labels))
      return aligned(one?.samples ?? [], timesMs)
    }
    const failedEvents = valuesOf(errors)
    return {
      group: groupText(budget.group),
      budgetLeftPercent: valuesOf(recorded, series.budgetRemaining).map((left) => (left === null ? null : left * 100)),
      burnRates: sliWindowsMs.map((windowMs) => ({
        window: windowName(windowMs),
        rates: valuesOf(recorded, sliSeries(windowMs)).map((ratio) => rateOf(ratio ?? undefined, ratioOf(budget))),
      })),
      goodEvents: valuesOf(totals).map((total, at) => (total === null ? null : total - (failedEvents[at] ?? 0))),
      failedEvents,
    }
  })
}

const RATIOS: readonly string[] = sliWindowsMs.map(sliSeries)

function isOf({ service, objective, group = {} }: BudgetStatus, labels: Labels): boolean {
  return hasLabels(labels, { sloth_service: service, sloth_slo: objective, ...group })
}

/** The share of events that may fail (0–1). */
function ratioOf({ targetPercent }: BudgetStatus): number | undefined {
  return targetPercent === undefined ? undefined : (100 - targetPercent) / 100
}

function rateOf(errorRatio: number | undefined, budgetRatio: number | undefined): number | null {
  if (errorRatio === undefined || budgetRatio === undefined || budgetRatio === 0) return null
  const rate = errorRatio / budgetRatio
  return Number.isFinite(rate) ? rate : null
}

function aligned(samples: readonly Sample[], timesMs: readonly number[]): (number | null)[] {
  const byTime = new Map(samples.map(({ atMs, value }) => [atMs, value]))
  return timesMs.map((ms) => {
    const value = byTime.get(ms)
    return value !== undefined && Number.isFinite(value) ? value : null
  })
}
