import type { DashboardData, DashboardView } from '../../../src/api/contract.ts'
import { type Polled, type PollOptions, usePoll } from '../feed/use-poll.ts'
import { useAddress } from '../shell/use-address.ts'
import { hasUntil, joinData } from './continue-data.ts'
import { parseSpan, type Range, readRange, youngRangeMs } from './range.ts'

/**
 * One dashboard and its data, as the address wants them: what is chosen, the time range, how often it is refreshed. `stackAgeMs`: where
 * the address names no range, a dashboard of a young stack begins where the stack does.
 */
export function useDashboard(name: string, stackAgeMs: number | undefined): Dashboard {
  const { query } = useAddress()
  const chosen = Object.fromEntries(
    CHOICES.flatMap((choice) => {
      const values = query.get(choice)
      return values === null || values === '' ? [] : [[choice, values]]
    }),
  )
  const named = readRange(query)
  const range: Range =
    named.kind === 'fixed' ? named : { kind: 'live', rangeMs: named.rangeMs ?? youngRangeMs(stackAgeMs) }
  const params = { dashboard: name }
  const polledView = usePoll('dashboard', { params, query: chosen }, { everyMs: VIEW_EVERY_MS, keepsOld: true })
  const view = polledView.value?.name === name ? polledView.value : undefined
  const refreshMs = readRefresh(query) ?? view?.clock.refreshMs ?? USUAL_REFRESH_MS
  const time =
    range.kind === 'fixed'
      ? { fromMs: range.fromMs, toMs: range.toMs }
      : range.rangeMs === undefined
        ? {}
        : { rangeMs: range.rangeMs }
  const polledData = usePoll(
    'dashboardData',
    { params, query: { ...chosen, ...time } },
    { everyMs: range.kind === 'fixed' || refreshMs === 0 ? undefined : refreshMs, keepsOld: true, continues },
  )
  const data = polledData.value?.dashboard === name ? polledData.value : undefined
  return { polledView, polledData, view, data, range, refreshMs, asked: { ...chosen, ...time } }
}

export interface Dashboard {
  polledView: Polled<DashboardView>
  polledData: Polled<DashboardData>
  /** Of the dashboard of that name: while another loads, the one before is no answer. */
  view: DashboardView | undefined
  data: DashboardData | undefined
  range: Range
  /** 0: it is not refreshed. */
  refreshMs: number
  /** What is chosen and the time range, as the API takes them. */
  asked: Record<string, string | number>
}

/** Each refresh brings only what is new. */
const continues: NonNullable<PollOptions<'dashboardData'>['continues']> = {
  input: (given, last) => {
    const sinceMs = hasUntil(last)
    return sinceMs === undefined ? given : { ...given, query: { ...given.query, sinceMs } }
  },
  join: joinData,
}

/** Labels that can be chosen from, under their names in the address. */
export const CHOICES = ['service', 'instance', 'route'] as const
const VIEW_EVERY_MS = 10_000
const USUAL_REFRESH_MS = 1_000

/** "off" or "5s"; `undefined`: as the dashboard has it. */
function readRefresh(query: URLSearchParams): number | undefined {
  const text = query.get('refresh') ?? ''
  return text === 'off' ? 0 : parseSpan(text)
}
