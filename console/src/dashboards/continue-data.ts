import type { DashboardData, PanelData, SeriesView } from '../../../src/api/contract.ts'

/** How a dashboard's data goes on: each answer has only what is new, and becomes one with what the page has. */

/** Until when the page has all of it; `undefined` where something is missing, so that all is asked for. */
export function hasUntil({ toMs, panels }: DashboardData): number | undefined {
  return panels.every(({ failure, more }) => failure === undefined && more === undefined) ? toMs : undefined
}

/** Both as one: of values that both have, those that were read later. */
export function joinData(last: DashboardData, next: DashboardData): DashboardData {
  const { sinceMs, ...rest } = next
  if (sinceMs === undefined) return next
  const join = (panel: PanelData): PanelData => {
    const before = last.panels.find(({ name }) => name === panel.name)
    const known = new Map(before?.series.map((one) => [identityOf(one), one]))
    return {
      ...panel,
      series: panel.series.map((one) =>
        one.values.length === 1 ? one : { ...one, values: [...headOf(known.get(identityOf(one))), ...one.values] },
      ),
    }
  }
  const places = Math.round((sinceMs - next.fromMs) / next.stepMs)
  const gone = Math.round((next.fromMs - last.fromMs) / next.stepMs)
  const headOf = (series: SeriesView | undefined) =>
    Array.from({ length: places }, (_, at) => series?.values[at + gone] ?? null)
  return { ...rest, panels: next.panels.map(join) }
}

/** Series of two queries of a panel may have the same labels, and of one query the same name. */
function identityOf({ name, labels }: SeriesView): string {
  return JSON.stringify([name.replace(/ \(\d+\)$/, ''), labels])
}
