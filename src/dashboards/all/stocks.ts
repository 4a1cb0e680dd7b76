import { CountsPerSecond, NoUnit, OpsPerSecond, PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import { figure } from '../panels/figure.ts'
import { graph } from '../panels/graph.ts'
import { onOrOff, states } from '../panels/states.ts'
import { chosen, quantile, rate } from '../selectors.ts'

/** Prices, their sources and their stream. */

/** Of one replica a symbol: all serve the same prices. */
const bySymbol = (metric: string) => `max by (symbol) (${metric}{${chosen}})`

export const stocks: DashboardSpec = {
  uid: 'firedrill-stocks',
  title: 'Stocks',
  description: 'The prices, how fresh they are, and whether their source delivers.',
  tags: ['services'],
  choices: { series: 'stock_price', labels: ['service', 'instance'] },
  rows: {
    'At a glance': [
      figure({
        title: 'Oldest price',
        description: 'Time since the source last confirmed the price that it confirmed longest ago.',
        unit: Seconds,
        width: 6,
        limits: { warn: 10, bad: 15 },
        queries: [{ expr: `max(stock_age_seconds{${chosen}})`, legend: 'age' }],
      }),
      figure({
        title: 'Stale symbols',
        description: 'Symbols whose price is marked as stale by some replica.',
        unit: NoUnit,
        width: 6,
        limits: { bad: 1 },
        queries: [{ expr: `sum(${bySymbol('stock_stale')})`, legend: 'stale' }],
      }),
      figure({
        title: 'Fetchers',
        description: 'Replicas that fetch. One at a time, unless Redis is away: then each fetches for itself.',
        unit: NoUnit,
        width: 6,
        queries: [{ expr: `sum(stock_fetcher{${chosen}})`, legend: 'fetchers' }],
      }),
      figure({
        title: 'Stream clients',
        description: 'Clients that read live prices as a stream.',
        unit: NoUnit,
        width: 6,
        queries: [{ expr: `sum(stock_stream_clients{${chosen}})`, legend: 'clients' }],
      }),
    ],
    Prices: [
      graph({
        title: 'Price',
        description: 'Last good price of each symbol, in its own currency.',
        unit: NoUnit,
        decimals: 2,
        queries: [{ expr: bySymbol('stock_price'), legend: '{{symbol}}' }],
      }),
      graph({
        title: 'Change',
        description: 'Change since the close of the session before.',
        unit: PercentUnit,
        queries: [{ expr: bySymbol('stock_change_ratio'), legend: '{{symbol}}' }],
      }),
      graph({
        title: 'Age',
        description: 'Time since the source last confirmed each price; a saw tooth when all is well.',
        unit: Seconds,
        min: 0,
        limits: { bad: 15 },
        queries: [{ expr: bySymbol('stock_age_seconds'), legend: '{{symbol}}' }],
      }),
      graph({
        title: 'Events to stream clients',
        description: 'Writes to clients of the live stream, and clients dropped because they read too slowly.',
        unit: CountsPerSecond,
        min: 0,
        queries: [
          { expr: rate(`stock_stream_events_total{${chosen}}`), legend: 'events' },
          { expr: rate(`stock_stream_dropped_total{${chosen}}`), legend: 'dropped' },
        ],
      }),
    ],
    Source: [
      graph({
        title: 'Fetches by outcome',
        description: 'Partial: some symbols had no believable price. Refused: the source asked to come back later.',
        unit: OpsPerSecond,
        min: 0,
        queries: [
          { expr: rate(`stock_fetches_total{${chosen}}`, 'provider, outcome'), legend: '{{provider}} {{outcome}}' },
        ],
      }),
      graph({
        title: 'Fetch duration',
        description: 'Time of a fetch from the source of prices, failures included.',
        unit: Seconds,
        min: 0,
        queries: [0.5, 0.95].map((share) => ({
          expr: quantile(share, 'stock_fetch_duration_seconds', { matchers: chosen }),
          legend: `p${share * 100}`,
        })),
      }),
      states({
        title: 'Breaker',
        description:
          'The breaker of each replica towards the source: open after failures in a row, then half open to try again.',
        width: 24,
        states: onOrOff,
        queries: [
          { expr: `max by (instance, state) (stock_breaker_state{${chosen}})`, legend: '{{instance}} {{state}}' },
        ],
      }),
    ],
  },
}
