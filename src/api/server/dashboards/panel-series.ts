import type { Clock } from '../../../dashboards/clock.ts'
import { interpolate, seriesName, type View } from '../../../dashboards/interpolate.ts'
import type { DataPanel, Query } from '../../../dashboards/panel.ts'
import type { Series } from '../../../probes/prometheus.ts'
import type { SeriesView } from '../../contract.ts'
import type { TimeWindow } from './time-window.ts'

/** The series of panels, made of Prometheus' answers. */

/** Of one panel: nobody distinguishes more, and each costs every reader. */
const MOST_SERIES = 60
/** Digits of a value: more than a graph can show, and few enough to be short. */
const DIGITS = 8

/** A query with all that is chosen filled in. */
export interface Asked {
  expr: string
  legend: string
  window: TimeWindow
}

/** What a panel's query asks Prometheus for. */
export function askedBy(query: Query, clock: Clock, view: View & { window: TimeWindow }): Asked {
  const { expr } = interpolate({ expr: query.expr, interval: query.exporter ? clock.exporterScrape : undefined }, view)
  const { startMs, endMs, stepMs } = view.window
  return { expr, legend: query.legend, window: { startMs: query.instant ? endMs : startMs, endMs, stepMs } }
}

/** The series of a panel from the answers to its queries: in the order of the queries, then by name; of a table by value. */
export function seriesOf(panel: DataPanel, answers: readonly Answer[]): { series: SeriesView[]; more: number } {
  const all = answers.flatMap(({ asked, series }) =>
    series
      .map(({ labels, samples }) => ({
        name: seriesName(asked.legend, labels),
        labels: withoutName(labels),
        values: valuesOf(samples, asked.window),
      }))
      .sort((a, b) => a.name.localeCompare(b.name, 'en')),
  )
  if (panel.kind === 'list') all.sort((a, b) => (b.values.at(-1) ?? 0) - (a.values.at(-1) ?? 0))
  const shown = all.slice(0, MOST_SERIES)
  return { series: withDistinctNames(shown), more: all.length - shown.length }
}

export interface Answer {
  asked: Asked
  series: readonly Series[]
}

/** One value a step; null where there is none. */
function valuesOf(samples: Series['samples'], { startMs, endMs, stepMs }: TimeWindow): (number | null)[] {
  const values = new Array<number | null>(Math.round((endMs - startMs) / stepMs) + 1).fill(null)
  for (const { atMs, value } of samples) {
    const at = Math.round((atMs - startMs) / stepMs)
    if (Number.isFinite(value) && at >= 0 && at < values.length) values[at] = Number(value.toPrecision(DIGITS))
  }
  return values
}

function withoutName({ __name__: _, ...labels }: Record<string, string>): Record<string, string> {
  return labels
}

/** The same series; of those with the same name the later ones are numbered, since readers find a series by its name. */
function withDistinctNames(series: readonly SeriesView[]): SeriesView[] {
  const counts = new Map<string, number>()
  return series.map((one) => {
    const count = (counts.get(one.name) ?? 0) + 1
    counts.set(one.name, count)
    return count === 1 ? one : { ...one, name: `${one.name} (${count})` }
  })
}
