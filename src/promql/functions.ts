/** The functions and aggregations of PromQL, with the types of their arguments. */

/** What an expression gives: a number, series with one sample each, series with many, a text. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string'

export interface PromqlFunction {
  takes: readonly ValueType[]
  gives: ValueType
  /** Of the last arguments, how many may be left out. */
  optional: number
  /** How often the last argument may come; `Infinity`: as often as wanted. */
  repeats: number
}

const S: ValueType = 'scalar'
const V: ValueType = 'vector'
const M: ValueType = 'matrix'
const T: ValueType = 'string'

const gives =
  (value: ValueType) =>
  (...takes: readonly ValueType[]): PromqlFunction => ({ takes, gives: value, optional: 0, repeats: 1 })
const vector = gives(V)
const scalar = gives(S)
const lastMayLack = (made: PromqlFunction): PromqlFunction => ({ ...made, optional: 1 })

/** The functions of Prometheus 2.42, the one that ships. */
export const functions: Readonly<Record<string, PromqlFunction>> = {
  abs: vector(V),
  absent: vector(V),
  absent_over_time: vector(M),
  acos: vector(V),
  acosh: vector(V),
  asin: vector(V),
  asinh: vector(V),
  atan: vector(V),
  atanh: vector(V),
  avg_over_time: vector(M),
  ceil: vector(V),
  changes: vector(M),
  clamp: vector(V, S, S),
  clamp_max: vector(V, S),
  clamp_min: vector(V, S),
  cos: vector(V),
  cosh: vector(V),
  count_over_time: vector(M),
  day_of_month: lastMayLack(vector(V)),
  day_of_week: lastMayLack(vector(V)),
  day_of_year: lastMayLack(vector(V)),
  days_in_month: lastMayLack(vector(V)),
  deg: vector(V),
  delta: vector(M),
  deriv: vector(M),
  exp: vector(V),
  floor: vector(V),
  histogram_count: vector(V),
  histogram_fraction: vector(S, S, V),
  histogram_quantile: vector(S, V),
  histogram_sum: vector(V),
  holt_winters: vector(M, S, S),
  hour: lastMayLack(vector(V)),
  idelta: vector(M),
  increase: vector(M),
  irate: vector(M),
  label_join: { ...vector(V, T, T, T), optional: 1, repeats: Number.POSITIVE_INFINITY },
  label_replace: vector(V, T, T, T, T),
  last_over_time: vector(M),
  ln: vector(V),
  log10: vector(V),
  log2: vector(V),
  max_over_time: vector(M),
  min_over_time: vector(M),
  minute: lastMayLack(vector(V)),
  month: lastMayLack(vector(V)),
  pi: scalar(),
  predict_linear: vector(M, S),
  present_over_time: vector(M),
  quantile_over_time: vector(S, M),
  rad: vector(V),
  rate: vector(M),
  resets: vector(M),
  round: lastMayLack(vector(V, S)),
  scalar: scalar(V),
  sgn: vector(V),
  sin: vector(V),
  sinh: vector(V),
  sort: vector(V),
  sort_desc: vector(V),
  sqrt: vector(V),
  stddev_over_time: vector(M),
  stdvar_over_time: vector(M),
  sum_over_time: vector(M),
  tan: vector(V),
  tanh: vector(V),
  time: scalar(),
  timestamp: vector(V),
  vector: vector(S),
  year: lastMayLack(vector(V)),
}

/** The aggregations of Prometheus 2.42, and what each takes before the vector. */
export const aggregations: Readonly<Record<string, readonly ValueType[]>> = {
  avg: [],
  bottomk: [S],
  count: [],
  count_values: [T],
  group: [],
  max: [],
  min: [],
  quantile: [S],
  stddev: [],
  stdvar: [],
  sum: [],
  topk: [S],
}

/** All that can be called, for near names. */
export const knownNames: readonly string[] = [...Object.keys(functions), ...Object.keys(aggregations)]
