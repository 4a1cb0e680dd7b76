import { probeRoutes, streamRoutes } from '../telemetry/routes.ts'

/** What the variables of a dashboard select; part of every selector of what services emit. */
export const chosen = 'service=~"$service",instance=~"$instance"'

/** Requests of users: those of the monitoring are not counted. */
export const byUsers = `${chosen},route!~"${probeRoutes.join('|')}"`

/** The same without streams, whose answer lasts as long as the client stays: what is said about durations. */
export const answered = `${chosen},route!~"${[...probeRoutes, ...streamRoutes].join('|')}"`

/** Responses with which the service failed: 5xx. */
export const failed = `${byUsers},status=~"5.."`

/** `rate()` over a window of at least four scrapes, per label or in all. */
export function rate(selector: string, by?: string): string {
  return `sum${by === undefined ? '' : ` by (${by})`} (rate(${selector}[$__rate_interval]))`
}

/** How much of `whole` is `part`, per label or in all. No value, rather than NaN, where there is nothing of the whole. */
export function share(part: string, whole: string, by?: string): string {
  return `${rate(part, by)} / (${rate(whole, by)} > 0)`
}

/**
 * The value below which a share of the observations of a histogram lies. `quantile` 0-1. No value, rather than NaN, where nothing was
 * observed: NaN is not at least 0.
 */
export function quantile(
  share: number,
  histogram: string,
  { matchers, by }: { matchers: string; by?: string },
): string {
  const labels = by === undefined ? 'le' : `le, ${by}`
  return `histogram_quantile(${share}, ${rate(`${histogram}_bucket{${matchers}}`, labels)}) >= 0`
}

/** Alerts that mean something is wrong: not the Watchdog, which always fires, nor what only holds others back. */
export function alerts(state: 'pending' | 'firing'): string {
  return `ALERTS{alertstate="${state}",severity!="none"}`
}
