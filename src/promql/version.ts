/** The Prometheus whose PromQL is checked: the one that ships. */
export const PROMQL_VERSION = '2.42'
