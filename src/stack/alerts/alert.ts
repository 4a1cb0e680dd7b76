import { promDuration } from '../../base/units/duration.ts'
import type { DurationRange } from '../../base/units/duration-range.ts'
import type { Profile, Timing } from '../profile.ts'

/** The clock that an expression is written for. */
export interface AlertClock {
  readonly timing: Timing
  /** A window written in production time, as PromQL reads it: `range(5 * minute)` is "5m", in the lab "10s". */
  range(productionMs: number): string
  /** The same in milliseconds. */
  scale(productionMs: number): number
}

/** An alert, in production time. Windows and `for` follow the profile's clock; rates per second, ratios and counts do not. */
export interface AlertDefinition {
  readonly alert: string
  /** `critical`: users are affected or soon will be. `warning`: somebody must look at it. `none`: notifies no person. */
  readonly severity: 'critical' | 'warning' | 'none'
  /** Besides `severity`. Must name the `service` where the expression's result carries none. */
  readonly labels?: Readonly<Record<string, string>>
  /** How long the expression must hold: milliseconds in production time, or a duration of the profile. */
  readonly for: number | keyof Timing
  readonly expr: (clock: AlertClock) => string
  /**
   * How long the worst failure lasts before a scrape of the services can show it to the expression: windows that must fill,
   * ages that must be reached, an exporter that is scraped less often. Default: it shows in the next scrape.
   */
  readonly shows?: (clock: AlertClock) => DurationRange
  /** Where to look for its cause. */
  readonly seenOn: SeenOn
  /** One line; may use Prometheus' templates. */
  readonly summary: string
  readonly description: string
}

/** The dashboard and panel on which to look for the cause of an alert. */
export interface SeenOn {
  /** `overview` for the dashboard firedrill-overview. */
  dashboard: string
  /** Title of the panel that shows what the alert is judged by. */
  panel: string
  /** The dashboard opens for the alert's own service: the result has that label, and the dashboard a variable of that name. */
  ofService?: true
}

export interface AlertGroup {
  readonly name: string
  /** How often its rules are evaluated. */
  readonly every: keyof Timing
  readonly alerts: readonly AlertDefinition[]
}

export const minute = 60_000

export function clockOf(profile: Profile): AlertClock {
  const { timing, scale } = profile
  return { timing, scale, range: (productionMs) => promDuration(scale(productionMs)) }
}

/** Exporters and the monitoring are scraped less often than services. */
export const scrapedLater = ({ timing }: AlertClock): DurationRange => ({
  minMs: 0,
  maxMs: timing.exporterScrapeMs - timing.scrapeMs,
})

/** How long an alert's expression must hold, in milliseconds on the profile's clock. */
export function forMsOf({ for: hold }: AlertDefinition, { timing, scale }: Profile): number {
  return typeof hold === 'number' ? scale(hold) : timing[hold]
}
