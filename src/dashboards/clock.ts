import { promDuration } from '../base/units/duration.ts'
import type { Profile } from '../stack/profile.ts'

/** What a dashboard takes from a profile, as Grafana writes durations. */
export interface Clock {
  /** Pause between two scrapes of a service: the datasource's interval, of which `$__rate_interval` is at least four. */
  scrape: string
  /** The same for exporters and the monitoring itself. */
  exporterScrape: string
  /** Pause between two reloads of an open dashboard. */
  refresh: string
  /** How far back a dashboard looks when it is opened. */
  range: string
}

const hour = 3_600_000
/** Grafana refuses to refresh more often than this. */
const SHORTEST_REFRESH_MS = 1_000

export function dashboardClock({ timing, scale }: Profile): Clock {
  return {
    scrape: promDuration(timing.scrapeMs),
    exporterScrape: promDuration(timing.exporterScrapeMs),
    refresh: promDuration(Math.max(SHORTEST_REFRESH_MS, timing.exporterScrapeMs)),
    range: promDuration(scale(3 * hour)),
  }
}
