import type { Labels, Prometheus } from '../../probes/prometheus.ts'
import { OUTSIDE_OF, series, sliSeries } from '../../slo/series.ts'
import { burnFactor, burnWindows, day } from '../../slo/windows.ts'
import type { BurntBefore } from '../evidence/burnt-before.ts'

export interface BurnReading {
  /** Objectives whose short window burns faster than sustainable. */
  burning: Burning[]
  before: BurntBefore
}

/** An objective that burns now. */
export interface Burning {
  /** In a sentence. */
  text: string
  id: string
  /** The labels of each of its series that burns: an objective may have groups. */
  series: Labels[]
}

const WINDOWS = {
  page: [burnWindows.pageQuick, burnWindows.pageSlow],
  ticket: [burnWindows.ticketQuick, burnWindows.ticketSlow],
} as const

/**
 * How fast the budgets burn. An objective without traffic burns nothing. `factor` is the profile's: periods are recorded on the
 * stack's clock, and limits are those of production. @throws FD_PROBE_UNREACHABLE, FD_PROBE_ANSWER */
export async function readBurn(
  prometheus: Prometheus,
  options: { factor: number; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<BurnReading> {
  const long = Object.values(WINDOWS).flatMap((windows) => windows.map(({ longMs }) => sliSeries(longMs)))
  const names = [series.currentBurnRate, series.budget, series.periodDays, ...long].join('|')
  const samples = await prometheus.query(`{__name__=~"${names}", sloth_id!=""}`, options)
  const objectives = new Map<string, Map<string, number>>()
  for (const { labels, value } of samples) {
    const id = labels.sloth_id ?? ''
    const known = objectives.get(id) ?? new Map<string, number>()
    const name = labels.__name__ ?? ''
    // Of the groups of an objective (`sum by (host)`) the worst one counts; NaN is a group without traffic.
    const worst = Number.isNaN(value) ? known.get(name) : Math.max(value, known.get(name) ?? value)
    objectives.set(id, worst === undefined ? known : known.set(name, worst))
  }
  const outside = new Set(samples.flatMap(({ labels }) => (labels[OUTSIDE_OF] === undefined ? [] : [labels.sloth_id])))
  const burning: Burning[] = []
  const over = new Set<string>()
  for (const [id, values] of objectives) {
    const rate = values.get(series.currentBurnRate) ?? 0
    // Objectives measured at users still have the drill before in their window for a while: the system itself is well again.
    if (rate >= 1 && !outside.has(id)) {
      burning.push({
        text: `the error budget of ${id} burns ${rate.toFixed(1)} times too fast`,
        id,
        series: burningSeries(samples, id),
      })
    }
    const budget = values.get(series.budget) ?? Number.NaN
    const periodMs = (values.get(series.periodDays) ?? Number.NaN) * day * options.factor
    for (const [severity, windows] of Object.entries(WINDOWS)) {
      const isOver = windows.some(
        (window) => (values.get(sliSeries(window.longMs)) ?? 0) > burnFactor(window, periodMs) * budget,
      )
      if (isOver) over.add(`${id}/${severity}`)
    }
  }
  return { burning, before: { over } }
}

function burningSeries(samples: readonly { labels: Labels; value: number }[], id: string): Labels[] {
  return samples.flatMap(({ labels: { __name__, ...labels }, value }) =>
    __name__ === series.currentBurnRate && labels.sloth_id === id && value >= 1 ? [labels] : [],
  )
}
