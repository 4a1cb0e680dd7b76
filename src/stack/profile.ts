/** The clocks of the monitoring: one set for production, the others derived from it. */

/** Every duration of the monitoring, in milliseconds. One set is written here (production); the others are derived from it. */
export interface Timing {
  /** How often services are scraped; also the scrape timeout. */
  scrapeMs: number
  /** How often exporters and the monitoring itself are scraped: their figures change slowly and cost more to render. */
  exporterScrapeMs: number
  /** How often rules are evaluated. */
  evaluationMs: number
  /** How often the liveness rules are evaluated. Finer than the scrape, so that a failed scrape is judged at once. */
  livenessEvaluationMs: number
  /** How long a replica must refuse connections before ServiceDown fires. */
  refusedForMs: number
  /** How long a replica must leave scrapes unanswered before ServiceDown fires: a busy process misses one now and then. */
  unresponsiveForMs: number
  /** How far back a query looks for the last sample of a series. */
  lookbackMs: number
  /** How long Alertmanager waits for more alerts of a group before it first notifies. */
  groupWaitMs: number
  /**
   * How long Alertmanager waits before it notifies of a change in a group. A group outlives its last alert by up to 30 s,
   * and the next alert in it waits for this, not for the group wait: short, since the receiver is a program.
   */
  groupIntervalMs: number
  /** How long Alertmanager waits before it repeats a notification. */
  repeatIntervalMs: number
  /** How often the Watchdog is delivered: a receiver without it for three times as long knows that no alert would arrive. */
  watchdogRepeatMs: number
  /** How often Prometheus repeats a firing alert to Alertmanager; four times this without a repeat, and it counts as resolved. */
  alertResendMs: number
}

/**
 * How long Alertmanager tries to deliver one notification before it counts it as failed, in milliseconds: its group interval, but
 * ten seconds at least, which no profile shortens.
 */
export function deliveryMs({ groupIntervalMs }: Timing): number {
  return Math.max(10_000, groupIntervalMs)
}

export interface Profile {
  readonly name: string
  readonly summary: string
  /** Every duration here is production's divided by this. */
  readonly factor: number
  readonly timing: Timing
  /** A duration written in production time, on this profile's clock. Milliseconds in, milliseconds out. */
  scale(productionMs: number): number
}

const second = 1_000
const minute = 60 * second

const production: Timing = {
  scrapeMs: 15 * second,
  exporterScrapeMs: 30 * second,
  evaluationMs: 15 * second,
  livenessEvaluationMs: 3 * second,
  refusedForMs: 0,
  unresponsiveForMs: 1 * minute,
  lookbackMs: 5 * minute,
  groupWaitMs: 0,
  groupIntervalMs: 3 * second,
  repeatIntervalMs: 2 * 60 * minute,
  watchdogRepeatMs: 1 * minute,
  alertResendMs: 1 * minute,
}

/**
 * 15 s / 30 = 500 ms is the finest scrape interval that raised no false alarm with CPU and disk busy when it was measured
 * (250 ms did). See docs/decisions/0003-profiles.md.
 */
const LAB_FACTOR = 30

function derive({ name, summary, factor }: Omit<Profile, 'timing' | 'scale'>, timing: Timing): Profile {
  const scale = (productionMs: number) => Math.round(productionMs / factor)
  const scaled = Object.fromEntries(Object.entries(timing).map(([key, ms]) => [key, scale(ms)])) as unknown as Timing
  return { name, summary, factor, timing: scaled, scale }
}

export const profiles = {
  lab: derive(
    { name: 'lab', summary: `production, ${LAB_FACTOR} times faster: a drill ends in seconds`, factor: LAB_FACTOR },
    production,
  ),
  production: derive(
    { name: 'production', summary: '15 s scrapes, windows of minutes, as on a real system', factor: 1 },
    production,
  ),
  teaching: derive(
    { name: 'teaching', summary: 'what most tutorials set, for comparison: for 1m, group wait 30 s', factor: 1 },
    {
      ...production,
      livenessEvaluationMs: production.evaluationMs,
      refusedForMs: 1 * minute,
      groupWaitMs: 30 * second,
      groupIntervalMs: 5 * minute,
    },
  ),
} as const satisfies Record<string, Profile>

/** Name of the profile that is measured at a monitoring that is not ours. */
export const LIVE_PROFILE = 'live'

/** The profile of a monitoring that is not ours: its own clocks, which nothing scales. */
export function measuredProfile(timing: Timing): Profile {
  return { name: LIVE_PROFILE, summary: 'as the monitoring is configured', factor: 1, timing, scale: (ms) => ms }
}

export type ProfileName = keyof typeof profiles
