import type { FindingKind, RouteFindingKind } from './finding.ts'

/** An alert that can never fire on the stack that ships, or a template that prints nothing. */
export interface Never {
  expr: string
  for?: string
  labels?: Readonly<Record<string, string>>
  annotations?: Readonly<Record<string, string>>
  /** It can fire, but because of the finding it does not say or see everything that it should. */
  fires?: true
  /** Prometheus fails to evaluate it, and says so with these words. */
  fails?: string
}

const plain = (...exprs: string[]): Never[] => exprs.map((expr) => ({ expr }))
const firing = (...exprs: string[]): Never[] => exprs.map((expr) => ({ expr, fires: true }))

/** Every kind that lint claims to find, in several forms. */
export const neverHere: Readonly<
  Record<Exclude<FindingKind, 'refused' | 'not read' | 'no such series now' | RouteFindingKind>, readonly Never[]>
> = {
  'unknown series': plain(
    'http_request_total > 1',
    'sum(rate(http_request_total[5m])) > 1',
    'up == 0 and on (service) nope > 1',
    'up > scalar(nope)',
    '{__name__="nope"} > 1',
    'count(nope) == 0',
    'label_replace(nope, "a", "b", "c", "d")',
    'nope unless up',
    'nope or nope_total',
    '(nope or nope_total) > 1',
    'max_over_time(nope[5m:1m]) > 0',
  ),
  'unknown label': [
    ...plain(
      'http_requests_total{code="500"} > 1',
      'up{env="prod"} == 0',
      'up{env!=""} == 0',
      'up{env=~".+"} == 0',
      'sum(rate(http_requests_total{code=~"5.."}[5m])) > 0',
    ),
    ...firing(
      'sum by (servise) (http_requests_total) > 1',
      'sum by (route) (sum by (service) (http_requests_total)) > 1',
      'max by (instance) (sum without (instance) (up)) >= 0',
    ),
    ...[
      '{{ $labels.instance }}',
      '{{ .Labels.instance }}',
      '{{ index $labels "instance" }}',
      '{{ $labels.instance | toUpper }}',
      '{{ range query "sum by (service) (up)" }}{{ .Labels.instance }}{{ end }}',
      '{{ with query "sum by (service) (up)" }}{{ . | first | label "instance" }}{{ end }}',
      '{{ query "sum by (service) (up)" | first | label "instance" }}',
      '{{ range $i, $one := query "sum by (service) (up)" }}{{ $one.Labels.instance }}{{ end }}',
    ].map((text): Never => ({ expr: 'sum by (service) (up) >= 0', annotations: { text }, fires: true })),
    ...['job=~"x"', 'job=~"x|y", job="x", job!="y", job="x"', 'job="x", job=~"x|y"', 'job="x", job="x"'].map(
      (matchers): Never => ({
        expr: `absent(up{${matchers}})`,
        annotations: { text: '{{ $labels.job }}' },
        fires: true,
      }),
    ),
    {
      expr: 'up * on (service) group_left sum by (service) (up) >= 0',
      annotations: { text: '{{ $labels.__name__ }}' },
      fires: true,
    },
    { expr: 'up == on (instance, job, probed) up', annotations: { text: '{{ $labels.service }}' }, fires: true },
    {
      expr: 'histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[5m])) > 0',
      annotations: { text: '{{ $labels.le }}' },
      fires: true,
    },
  ],
  'unknown value': plain(
    'up{service="stroe"} == 0',
    'up{service=~"shop|payments"} == 0',
    'up{service=~"pay.*"} == 0',
    'up{service="store", kind="storage"} == 0',
    'up{instance="store"} == 0',
    'rate(nodejs_gc_duration_seconds_sum{service="control", exported_kind="major"}[5m]) >= 0',
    'probe_success{probed="shop"} == 0',
    'ALERTS{alertstate="resolved"}',
    'sum(rate(http_requests_total{job="node"}[5m])) > 0',
    'node_load1{service!="node-exporter"} > 0',
  ),
  'no match': plain(
    'sum by (service) (rate(http_requests_total[5m])) / up > 1',
    'http_requests_total / nodejs_version_info > 0',
    'up == 0 and sum by (service) (rate(http_requests_total[5m])) > 0',
    'rate(http_requests_total[5m]) / ignoring (instance) sum by (service) (rate(http_requests_total[5m])) > 0',
    'up{service="store"} and up{service="quotes"}',
    'up{service="store"} == on (service, instance) up{service="quotes"}',
    'sum(up) / on (instance) node_load1 > 0',
    'sum by (service) (up) > on (instance) sum by (instance) (up)',
    'http_request_duration_seconds_bucket / http_request_duration_seconds_count > 0',
    'sum by (le) (http_request_duration_seconds_bucket) * sum(up) > 0',
    'absent(up{service="x"}) and up{service="store"}',
    'probe_success == 0 and on (service) node_load1 > 1',
  ),
  'ambiguous match': [
    {
      expr: 'http_request_duration_seconds_bucket / ignoring (le) http_request_duration_seconds_count > 0',
      fails: 'multiple matches for labels',
    },
    {
      expr: 'http_request_duration_seconds_count / on (instance, method, route) http_request_duration_seconds_bucket > 0',
      fails: 'found duplicate series for the match group',
    },
    {
      expr: 'http_request_duration_seconds_count * on (instance) group_left http_request_duration_seconds_bucket > 0',
      fails: 'found duplicate series for the match group',
    },
    {
      expr: 'http_requests_total >= on (instance) rate(http_request_duration_seconds_bucket[5m])',
      fails: 'found duplicate series for the match group',
    },
  ],
  'narrow window': [
    ...plain(
      'rate(http_requests_total[10s]) >= 0',
      'increase(http_requests_total[14s]) >= 0',
      'irate(http_requests_total[1s]) >= 0',
      'deriv(node_load1[10s]) > 0',
      'rate(http_requests_total[30s:1m]) >= 0',
      'delta(node_load1[5s] offset 1m) > 0',
      'predict_linear(node_load1[10s], 60) > 0',
    ),
    ...firing('rate(http_requests_total[20s]) >= 0', 'max_over_time(up[10s]) >= 0'),
  ],
  'beyond retention': [
    ...plain(
      'up offset 8d == 0',
      'rate(http_requests_total[5m] offset 200h) > 0',
      'sum(up offset 30d) > 0',
      'max_over_time(up[1h:5m] offset 10d) > 0',
    ),
    ...firing(
      'avg_over_time(up[30d]) >= 0',
      'increase(http_requests_total[8d]) >= 0',
      'max_over_time(up[10d:1h]) >= 0',
    ),
  ],
  impossible: plain(
    // A value that an expression cannot have.
    'up > 1',
    'up == 2',
    '2 < up',
    'up == 0.5',
    'increase(http_requests_total[5m]) < 0',
    '0 > rate(http_requests_total[5m])',
    'count(up) by (service) == 0',
    'count(up) < 1',
    'group(up) > 1',
    'absent(up) == 0',
    'avg(up) > 1',
    'quantile(0.9, up) > 1',
    'avg_over_time(up[5m]) > 1',
    'present_over_time(up[5m]) == 0',
    'count_over_time(up[5m]) == 0',
    'stddev(up) < 0',
    'ALERTS == 0',
    'nodejs_version_info == 0',
    'stock_stale > 1',
    'vector(0) > 1',
    'hour() > 23',
    'day_of_week() == 7',
    'month() == 0',
    'sgn(node_load1) > 1',
    'clamp_max(node_load1, 5) > 5',
    'clamp_min(up, 2 * 3) < 6',
    'clamp(node_load1, 0 - 1, 2 + 3) > 5',
    'abs(node_load1) < 0',
    'changes(up[5m]) < 0',
    '1 - avg(up) > 1',
    '100 * (1 - avg(up)) > 100',
    'max(up) > count(up)',
    'time() - timestamp(up) > 600',
    // The answer of `bool`.
    '(up == bool 1) > 1',
    '(node_load1 > bool 5) == 2',
    'sum by (service) (up > bool 0) < 0',
    // A share above one.
    'rate(http_requests_total{status="500"}[5m]) / rate(http_requests_total[5m]) > 1',
    'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 1',
    '100 * sum by (service) (rate(http_requests_total{status="500"}[5m])) / sum by (service) (rate(http_requests_total[5m])) > 101',
    'sum(rate(http_requests_total{status="500"}[5m])) / sum(rate(http_requests_total[5m])) * 100 > 100',
    'sum by (service, route) (rate(http_requests_total[5m])) / on (service) group_left sum by (service) (rate(http_requests_total[5m])) > 1',
    'count(up == 0) / count(up) > 1',
    'sum(up) / count(up) > 1',
    'sum by (service) (up == 0) > 0',
    'up + up > 2',
    'rate(redis_app_cache_hit_total[5m]) / (rate(redis_app_cache_hit_total[5m]) + rate(redis_app_cache_hit_total[5m])) > 1',
    'max(http_requests_total{status="500"}) / max(http_requests_total) > 1',
    // Bounds that exclude each other.
    'node_load1 > 5 and node_load1 < 2',
    'node_load1 > 5 < 2',
    'sum(up) >= 3 and sum(up) <= 2',
    'up == 0 and up == 1',
    'up > 0 and up < 1',
    'node_load1 > node_load1',
    'up < up',
    // Nothing is left.
    'up unless up',
    'up == 0 unless up < 1',
    'node_load1 > 5 unless node_load1 > 3',
    // Matchers that exclude each other.
    'up{service="store", service="quotes"} == 0',
    'up{service="store", service!="store"} == 0',
    'up{service=~"store|worker", service=~"quotes"} == 0',
    'up{service=~"st.*", service!~"st.*"} == 0',
    'up{service=~".+", service=""} == 0',
    // Quantiles.
    'histogram_quantile(0.9, sum by (service) (rate(http_request_duration_seconds_bucket[5m]))) > 0',
    'histogram_quantile(0.9, http_requests_total) > 0',
    'histogram_quantile(0.9, rate(http_request_duration_seconds_count[5m])) > 0',
    'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 10',
    'histogram_quantile(0.5, rate(http_request_duration_seconds_bucket[5m])) < 0',
  ),
  'changing label': [
    { expr: 'http_requests_total > 5', for: '5m', labels: { value: '{{ $value }}' } },
    { expr: 'http_requests_total > 5', for: '5m', labels: { value: '{{ printf "%.1f" $value }}' } },
    { expr: 'sum(http_requests_total) > 5', for: '1m', labels: { value: 'is {{ .Value | humanize }}' } },
  ],
}
