import type { RuleCases, Samples } from '../case.ts'

const minute = 60_000
const labels = { service: 'store' }
const requests = (status: number) =>
  `http_requests_total{service="store",method="GET",route="/items",status="${status}"}`
const bucket = (le: string, route = '/items') =>
  `http_request_duration_seconds_bucket{service="store",route="${route}",le="${le}"}`

/** So many requests a minute, of which that share takes longer than 200 ms. */
const slow = (s: Samples, perMinute: number, share: number, route = '/items') => ({
  [requests(200)]: s.perMinute(perMinute),
  [bucket('0.1', route)]: s.perMinute(perMinute * (1 - share)),
  [bucket('0.2', route)]: s.perMinute(perMinute * (1 - share)),
  [bucket('0.5', route)]: s.perMinute(perMinute),
  [bucket('+Inf', route)]: s.perMinute(perMinute),
})
const failing = (s: Samples, perMinute: number, share: number) => ({
  [requests(200)]: s.perMinute(perMinute * (1 - share)),
  [requests(500)]: s.perMinute(perMinute * share),
})

export const requestCases = {
  APIHighLatency: {
    fires: { series: (s) => slow(s, 60, 0.06), atMs: 10 * minute, labels },
    quiet: { series: (s) => slow(s, 60, 0.05), atMs: 10 * minute },
  },
  APIErrorRateHigh: {
    fires: { series: (s) => failing(s, 60, 0.052), atMs: 10 * minute, labels },
    quiet: { series: (s) => failing(s, 60, 0.05), atMs: 30 * minute },
  },
  HighErrorRate: {
    fires: { series: (s) => ({ [requests(503)]: s.perSecond(0.11) }), atMs: 5 * minute, labels },
    quiet: { series: (s) => ({ [requests(503)]: s.perSecond(0.1) }), atMs: 30 * minute },
  },
  CriticalErrorRate: {
    fires: { series: (s) => ({ [requests(503)]: s.perSecond(0.51) }), atMs: 5 * minute, labels },
    quiet: { series: (s) => ({ [requests(503)]: s.perSecond(0.5) }), atMs: 30 * minute },
  },
  ErrorCount: {
    fires: { series: (s) => ({ [requests(500)]: s.perMinute(10.4) }), atMs: 5 * minute, labels },
    quiet: { series: (s) => ({ [requests(500)]: s.perMinute(10) }), atMs: 30 * minute },
  },
} as const satisfies Record<string, RuleCases>

/** What must not fire besides the cases just below: each is a false alarm that an earlier draft of a rule raised. */
export const falseAlarms = [
  {
    // A handful of slow requests.
    alert: 'APIHighLatency',
    series: (s: Samples) => slow(s, 3.8, 0.5),
    atMs: 10 * minute,
  },
  {
    // A stream that stays open.
    alert: 'APIHighLatency',
    series: (s: Samples) => slow(s, 60, 1, '/quotes/stream'),
    atMs: 10 * minute,
  },
  {
    // A handful of failures.
    alert: 'APIErrorRateHigh',
    series: (s: Samples) => failing(s, 3.8, 0.5),
    atMs: 20 * minute,
  },
  {
    // One burst.
    alert: 'CriticalErrorRate',
    series: (s: Samples) => ({ [requests(503)]: s.until(3 * minute, 0, 1_000) }),
    atMs: 4 * minute,
  },
  {
    // One burst.
    alert: 'HighErrorRate',
    series: (s: Samples) => ({ [requests(503)]: s.until(3 * minute, 0, 1_000) }),
    atMs: 5 * minute,
  },
  {
    // A replica that says it is not ready.
    alert: 'HighErrorRate',
    series: (s: Samples) => ({ 'http_requests_total{service="store",route="/ready",status="503"}': s.perSecond(10) }),
    atMs: 10 * minute,
  },
  {
    // A cold cache that few ask.
    alert: 'CacheHitRateLow',
    series: (s: Samples) => ({
      'redis_app_cache_hit_total{service="store",cache="items"}': s.always(0),
      'redis_app_cache_miss_total{service="store",cache="items"}': s.perMinute(20),
    }),
    atMs: 30 * minute,
  },
] as const
