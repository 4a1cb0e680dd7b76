import type { Metrics } from '../../telemetry/metrics.ts'
import type { Board } from './board.ts'
import { breakerStates, type Pace } from './pace.ts'
import type { FetchTurn } from './redis/fetch-turn.ts'

/** The series of the quotes service. */

const outcomes = ['complete', 'partial', 'refused', 'failed'] as const
export type FetchOutcome = (typeof outcomes)[number]

export interface FetchMeters {
  fetched(outcome: FetchOutcome, elapsedMs: number): void
}

export function meterFetches(metrics: Metrics, provider: string): FetchMeters {
  const duration = metrics.histogram('stock_fetch_duration_seconds', { provider })
  const counters = new Map(
    outcomes.map((outcome) => [outcome, metrics.counter('stock_fetches_total', { provider, outcome })]),
  )
  return {
    fetched: (outcome, elapsedMs) => {
      counters.get(outcome)?.inc()
      duration.observe(elapsedMs / 1_000)
    },
  }
}

/** The prices themselves, read when Prometheus asks. A price that is not known is no number, never 0. */
export function meterPrices(metrics: Metrics, board: Board): void {
  for (const symbol of board.symbols) {
    const read = (value: (quote: NonNullable<ReturnType<Board['quote']>>) => number) => () => {
      const quote = board.quote(symbol)
      return quote === undefined ? Number.NaN : value(quote)
    }
    metrics.read(
      'stock_price',
      { symbol },
      read(({ price }) => price),
    )
    metrics.read(
      'stock_change_ratio',
      { symbol },
      read(({ changePercent }) => changePercent / 100),
    )
    metrics.read(
      'stock_age_seconds',
      { symbol },
      read(({ ageMs }) => ageMs / 1_000),
    )
    metrics.read('stock_stale', { symbol }, () => (board.isOverdue(symbol) ? 1 : 0))
  }
}

export function meterFetcher(metrics: Metrics, turn: FetchTurn, pace: Pace): void {
  metrics.read('stock_fetcher', {}, () => (turn.role === 'follower' ? 0 : 1))
  for (const state of breakerStates) {
    metrics.read('stock_breaker_state', { state }, () => (pace.state === state ? 1 : 0))
  }
}
