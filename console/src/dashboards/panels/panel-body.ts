import type { DashboardData, SeriesView } from '../../../../src/api/contract.ts'

/** What the content of a panel is given besides its definition. */
export interface PanelBodyProps {
  data: DashboardData
  series: readonly SeriesView[]
  /** It is the only panel on the page. */
  isAlone: boolean
  onZoom(fromMs: number, toMs: number): void
}

/** The times of the values of a series that has one a step. */
export function timesOf({ fromMs, toMs, stepMs }: DashboardData): number[] {
  return Array.from({ length: Math.round((toMs - fromMs) / stepMs) + 1 }, (_, at) => fromMs + at * stepMs)
}

/** All charts of a dashboard share one cursor. */
export const CURSOR_GROUP = 'dashboard'

/** The last value that there is. */
export function lastOf(values: readonly (number | null)[]): number | undefined {
  return values.findLast((value) => value !== null) ?? undefined
}
