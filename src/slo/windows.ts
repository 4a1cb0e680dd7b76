/** The windows that burn rates are measured over. */

const minute = 60_000
const hour = 60 * minute
export const day = 24 * hour

/** Two windows that must both burn too fast: the long one for weight, the short one so that the alert ends with its cause. */
export interface BurnWindow {
  /** How much of the period's budget is gone when the long window has burnt at the limit, in percent. */
  budgetPercent: number
  shortMs: number
  longMs: number
}

/** The windows of the Google SRE Workbook (chapter 5, table 5-8), which fit 30 days and four weeks. */
export const burnWindows = {
  pageQuick: { budgetPercent: 2, shortMs: 5 * minute, longMs: hour },
  pageSlow: { budgetPercent: 5, shortMs: 30 * minute, longMs: 6 * hour },
  ticketQuick: { budgetPercent: 10, shortMs: 2 * hour, longMs: day },
  ticketSlow: { budgetPercent: 10, shortMs: 6 * hour, longMs: 3 * day },
} as const satisfies Record<string, BurnWindow>

/** The windows over which every objective's error ratio is recorded, besides its period. Milliseconds, shortest first. */
export const sliWindowsMs: readonly number[] = [
  ...new Set(Object.values(burnWindows).flatMap(({ shortMs, longMs }) => [shortMs, longMs])),
].sort((a, b) => a - b)

/** The window that stands for "now". */
export const currentWindowMs: number = burnWindows.pageQuick.shortMs

/** Periods for which the windows above are right. */
export const knownPeriodsMs: readonly number[] = [30 * day, 28 * day]

/** How many times faster than sustainable the budget burns at the limit: 14.4, 6, 3 and 1 for 30 days. */
export function burnFactor({ budgetPercent, longMs }: BurnWindow, periodMs: number): number {
  // In this order, and in hours, so that the last digit is the one that Sloth prints.
  return (budgetPercent * (periodMs / hour)) / 100 / (longMs / hour)
}

/** How Prometheus' own libraries write a duration, so that a window has one name everywhere: "5m", "1d", "4w", "1h30m". */
export function windowName(ms: number): string {
  let rest = ms
  let text = ''
  const take = (unit: string, unitMs: number, whole: boolean) => {
    if (whole && rest % unitMs !== 0) return
    const count = Math.floor(rest / unitMs)
    if (count === 0) return
    text += `${count}${unit}`
    rest -= count * unitMs
  }
  take('y', 365 * day, true)
  take('w', 7 * day, true)
  take('d', day, false)
  take('h', hour, false)
  take('m', minute, false)
  take('s', 1_000, false)
  take('ms', 1, false)
  return text === '' ? '0s' : text
}
