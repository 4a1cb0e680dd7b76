/** What one metric is, in the words of the Prometheus exposition format. */
export type MetricDefinition =
  | { type: 'counter' | 'gauge'; help: string; labels: readonly string[] }
  | { type: 'histogram'; help: string; labels: readonly string[]; buckets: readonly number[] }
