import { parseDuration, promDuration } from '../base/units/duration.ts'

/** Fills a dashboard's variables into a query, as Grafana does. */

export interface View {
  /** Of the datasource, in milliseconds. */
  scrapeMs: number
  /** Pause between two points of a graph, in milliseconds; a query may ask for a longer one. */
  stepMs: number
  /** Length of the time range, in milliseconds. */
  rangeMs: number
  /** Variable → chosen values; a variable that is not there means all. */
  variables: Readonly<Record<string, readonly string[]>>
}

/** A query as Prometheus takes it, and the step with which to ask it. */
export interface Interpolated {
  expr: string
  stepMs: number
}

/**
 * Fills in what Grafana would: the chosen values, `$__range`, and `$__rate_interval`, which is the step and one scrape, and
 * at least four scrapes. A query with an interval of its own counts as scraped that often.
 */
export function interpolate(
  { expr, interval }: { expr: string; interval?: string | undefined },
  view: View,
): Interpolated {
  const ownMs = interval === undefined ? undefined : parseDuration(interval)
  const scrapeMs = ownMs ?? view.scrapeMs
  const stepMs = Math.max(view.stepMs, scrapeMs)
  const filled = expr
    .replaceAll('$__rate_interval', promDuration(rateIntervalMs(stepMs, scrapeMs)))
    .replaceAll('$__range', promDuration(view.rangeMs))
    .replace(/\$(\w+)/g, (_, name: string) => alternatives(view.variables[name]))
  return { expr: filled, stepMs }
}

function rateIntervalMs(stepMs: number, scrapeMs: number): number {
  return Math.max(stepMs + scrapeMs, 4 * scrapeMs)
}

/** A regular expression within a PromQL string that matches exactly the values; without values, anything. */
function alternatives(values: readonly string[] | undefined): string {
  if (values === undefined || values.length === 0) return '.+'
  const literally = values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')
  // The expression stands in a string, which has escapes of its own; JSON's are among PromQL's.
  return JSON.stringify(literally).slice(1, -1)
}

/** The name of a series: the format with the series' labels filled in. */
export function seriesName(format: string, labels: Readonly<Record<string, string>>): string {
  return format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '').trim()
}
