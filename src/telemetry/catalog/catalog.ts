import { cacheMetrics } from './cache-metrics.ts'
import { controlMetrics } from './control-metrics.ts'
import { databaseMetrics } from './database-metrics.ts'
import { httpMetrics } from './http-metrics.ts'
import { loadMetrics } from './load-metrics.ts'
import type { MetricDefinition } from './metric-definition.ts'
import { proxyMetrics } from './proxy-metrics.ts'
import { quotesMetrics } from './quotes-metrics.ts'
import { responderMetrics } from './responder-metrics.ts'
import { storeMetrics } from './store-metrics.ts'
import { workerMetrics } from './worker-metrics.ts'

/** Every metric that Firedrill's own services emit, besides the Node.js process metrics. Written once, here. */
export const catalog = {
  ...httpMetrics,
  ...databaseMetrics,
  ...cacheMetrics,
  ...storeMetrics,
  ...quotesMetrics,
  ...workerMetrics,
  ...responderMetrics,
  ...proxyMetrics,
  ...controlMetrics,
  ...loadMetrics,
} as const satisfies Record<string, MetricDefinition>

export type MetricName = keyof typeof catalog

type OfType<Type> = { [Name in MetricName]: (typeof catalog)[Name]['type'] extends Type ? Name : never }[MetricName]

export type CounterName = OfType<'counter'>
export type GaugeName = OfType<'gauge'>
export type HistogramName = OfType<'histogram'>

/** Exactly the labels that the catalog declares for a metric. */
export type LabelsOf<Name extends MetricName> = Record<(typeof catalog)[Name]['labels'][number], string>
