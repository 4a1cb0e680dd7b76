/** An alert that fires, with the series that make it fire, as promtool reads them: one sample each 15 s. */
export interface Benign {
  expr: string
  series: readonly string[]
  for?: string
  labels?: Readonly<Record<string, string>>
  annotations?: Readonly<Record<string, string>>
  /** Rules that it builds on, in their order. */
  record?: readonly Recorded[]
}

interface Recorded {
  record: string
  expr: string
  labels?: Readonly<Record<string, string>>
}

const store = 'job="store", service="store", kind="service", instance="store-1"'
const node = 'job="node-exporter", service="node-exporter", kind="monitoring", instance="node-exporter-1"'
const down = [`up{${store}} 0x80`]
const requests = (more: string, values: string) => `http_requests_total{${store}, method="GET", ${more}} ${values}`
const fast = ['0.1', '1', '10', '+Inf'].map(
  (le) => `http_request_duration_seconds_bucket{${store}, method="GET", route="/a", le="${le}"} 0+90x80`,
)
const buckets = ['0.1', '1', '10', '+Inf'].map(
  (le, index) =>
    `http_request_duration_seconds_bucket{${store}, method="GET", route="/a", le="${le}"} 0+${(index + 1) * 5}x80`,
)
const twice: readonly Recorded[] = [
  { record: 'r', expr: 'up', labels: { x: '1' } },
  { record: 's', expr: 'r * 1' },
  { record: 'r', expr: 'sum by (job) (scrape_samples_scraped)', labels: { x: '2' } },
]

/** Correct expressions on the stack that ships that a lint may take for mistakes, by what makes them look wrong. */
export const benignHere: Readonly<Record<string, readonly Benign[]>> = {
  'a matcher that a missing label fits': [
    ...['env!="dev"', 'env=""', 'env=~".*"', 'env=~"prod|"', 'env!~"a|b"', 'env!~".+"'].map((matcher) => ({
      expr: `up{${matcher}} == 0`,
      series: down,
    })),
    { expr: 'absent(up{env!="dev", service="store"})', series: [] },
    { expr: 'count(up{probed="", job!=""} == 0) > 0', series: down },
  ],
  'a grouping by labels that no series has': [
    { expr: 'sum by (cluster, service) (up) == 0', series: down },
    { expr: 'sum without (pod, cluster) (up) == 0', series: down },
    { expr: 'max by (namespace) (up) == 0', series: down },
    { expr: 'topk by (cluster) (1, up) == 0', series: down },
  ],
  'a match by labels that neither side has': [
    {
      expr: 'up == 0 and on (cluster, instance) node_load1',
      series: [`up{${node}} 0x80`, `node_load1{${node}} 1x80`],
    },
    {
      expr: 'node_load1 > on (cluster, instance) count by (cluster, instance) (node_cpu_seconds_total{mode="idle"})',
      series: [`node_load1{${node}} 9x80`, `node_cpu_seconds_total{${node}, cpu="0", mode="idle"} 0+1x80`],
    },
    { expr: 'up == 0 unless on (cluster) absent(up)', series: down },
  ],
  'a label that one side has and the match leaves out': [
    {
      expr: 'sum by (service, route) (rate(http_requests_total[5m])) / on (service) group_left sum by (service) (rate(http_requests_total[5m])) > 0.5',
      series: [requests('route="/a", status="200"', '0+9x80'), requests('route="/b", status="200"', '0+1x80')],
    },
    {
      expr: 'rate(http_requests_total[5m]) / ignoring (status) group_left sum without (status) (rate(http_requests_total[5m])) > 0.5',
      series: [requests('route="/a", status="500"', '0+9x80')],
    },
    { expr: 'up == 0 and on () vector(1)', series: down },
    { expr: 'up == 0 and ignoring (instance) sum without (instance) (up) == 0', series: down },
    {
      expr: 'http_requests_total * on (instance) group_left (version) nodejs_version_info > 10',
      series: [
        requests('route="/a", status="200"', '0+9x80'),
        `nodejs_version_info{${store}, version="v20", major="20", minor="1", patch="1"} 1x80`,
      ],
      annotations: { summary: '{{ $labels.version }} of {{ $labels.route }}' },
    },
    {
      expr: 'up * on (job, instance) group_right scrape_duration_seconds == 0',
      series: [...down, `scrape_duration_seconds{${store}} 1x80`],
    },
  ],
  'series that Prometheus makes': [
    { expr: 'count(ALERTS{alertstate="firing"}) > 0', series: ['ALERTS{alertname="B", alertstate="firing"} 1x80'] },
    {
      expr: 'ALERTS{alertstate="pending", team="x"}',
      series: ['ALERTS{alertname="B", alertstate="pending", team="x"} 1x80'],
    },
    {
      expr: 'ALERTS_FOR_STATE{service="store"} > 1',
      series: ['ALERTS_FOR_STATE{alertname="B", service="store"} 5x80'],
    },
    { expr: 'scrape_series_added > 500', series: [`scrape_series_added{${store}} 600x80`] },
    {
      expr: 'scrape_samples_post_metric_relabeling > 500',
      series: [`scrape_samples_post_metric_relabeling{${store}} 600x80`],
    },
  ],
  'a quotient that is no share': [
    {
      expr: 'avg(rate(http_requests_total{route="/a"}[5m])) / avg(rate(http_requests_total[5m])) > 1.5',
      series: [requests('route="/a", status="200"', '0+9x80'), requests('route="/b", status="200"', '0+1x80')],
    },
    {
      expr: 'min(http_requests_total{route="/a"}) / min(http_requests_total) > 3',
      series: [requests('route="/a", status="200"', '90x80'), requests('route="/b", status="200"', '1x80')],
    },
    {
      expr: 'quantile(0.5, http_requests_total{route="/a"}) / quantile(0.5, http_requests_total) > 1.2',
      series: [requests('route="/a", status="200"', '90x80'), requests('route="/b", status="200"', '1x80')],
    },
    {
      expr: 'stddev(http_requests_total{status="200"}) / stddev(http_requests_total) > 1',
      series: [
        requests('route="/a", status="200"', '90x80'),
        requests('route="/b", status="200"', '1x80'),
        requests('route="/b", status="500"', '45x80'),
      ],
    },
    {
      expr: 'histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket{route="/b"}[5m]))) / histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 1',
      series: [
        ...fast,
        `http_request_duration_seconds_bucket{${store}, method="GET", route="/b", le="1"} 0+0x80`,
        `http_request_duration_seconds_bucket{${store}, method="GET", route="/b", le="10"} 0+3x80`,
        `http_request_duration_seconds_bucket{${store}, method="GET", route="/b", le="+Inf"} 0+3x80`,
      ],
    },
    {
      expr: '(sum(rate(http_requests_total{status="500", route="/a"}[5m])) / sum(rate(http_requests_total{route="/a"}[5m]))) / (sum(rate(http_requests_total{status="500"}[5m])) / sum(rate(http_requests_total[5m]))) > 1.5',
      series: [
        requests('route="/a", status="500"', '0+5x80'),
        requests('route="/a", status="200"', '0+5x80'),
        requests('route="/b", status="200"', '0+50x80'),
      ],
    },
    {
      expr: 'sum(stock_change_ratio{symbol="A"}) / sum(stock_change_ratio) > 1',
      series: [`stock_change_ratio{${store}, symbol="A"} 5x80`, `stock_change_ratio{${store}, symbol="B"} -3x80`],
    },
    {
      expr: 'sum(rate(http_requests_total{status="200"}[5m] offset 1m)) / sum(rate(http_requests_total[5m])) > 1',
      series: [requests('route="/a", status="200"', '0+90x40 9000+0x40')],
    },
    {
      expr: 'sum by (service) (rate(http_requests_total{status="200"}[1m])) / sum by (service) (rate(http_requests_total[5m])) > 1',
      series: [requests('route="/a", status="200"', '0+1x60 61+90x20')],
    },
    {
      expr: 'sum by (service, route) (http_requests_total) / on (route) group_left sum by (service, route) (http_requests_total{status="500"}) > 1',
      series: [requests('route="/a", status="200"', '9x80'), requests('route="/a", status="500"', '1x80')],
    },
  ],
  'a name that looks like yes or no, like a counter, or like something positive': [
    {
      expr: 'redis_mem_fragmentation_bytes < 0',
      series: ['redis_mem_fragmentation_bytes{instance="redis-exporter-1"} -5x80'],
    },
    {
      expr: 'stores_up > 1',
      record: [{ record: 'stores_up', expr: 'sum(up)' }],
      series: [`up{${store}} 1x80`, `up{${node}} 1x80`],
    },
    {
      expr: 'balance_total < 0',
      record: [{ record: 'balance_total', expr: 'sum(http_requests_in_flight) - 100' }],
      series: [`http_requests_in_flight{${store}, method="GET", route="/a"} 5x80`],
    },
    {
      expr: 'delta(nodejs_heap_size_used_bytes[5m]) < 0',
      series: [`nodejs_heap_size_used_bytes{${store}} 9000-10x80`],
    },
    { expr: 'deriv(stock_age_seconds[5m]) < 0', series: [`stock_age_seconds{${store}, symbol="A"} 9000-10x80`] },
    {
      expr: 'predict_linear(node_filesystem_avail_bytes[30m], 86400) < 0',
      series: [`node_filesystem_avail_bytes{${node}, device="a", fstype="b", mountpoint="/"} 9000-10x80`],
    },
    {
      expr: 'http_requests_in_flight - 10 < 0',
      series: [`http_requests_in_flight{${store}, method="GET", route="/a"} 5x80`],
    },
    { expr: 'up - 1 < 0', series: down },
    {
      expr: 'sum_over_time((http_requests_total - 100)[5m:15s]) < 0',
      series: [requests('route="/a", status="200"', '5x80')],
    },
    {
      expr: 'rate((http_requests_total - 1000)[5m:15s]) < 0',
      series: [requests('route="/a", status="200"', '900 100 900 100 900 100 900 100 900 100 900 100 900 100 900 100')],
    },
    { expr: '-up < 0', series: [`up{${store}} 1x80`] },
  ],
  'a label of a series that is there as the series says it, or as Prometheus renames it': [
    {
      expr: 'rate(nodejs_gc_duration_seconds_sum{service="control", kind="major"}[5m]) > 0',
      series: [
        'nodejs_gc_duration_seconds_sum{job="control", service="control", kind="major", instance="control"} 0+1x80',
      ],
    },
    {
      expr: 'rate(nodejs_gc_duration_seconds_sum{kind="service", exported_kind="major"}[5m]) > 0',
      series: [`nodejs_gc_duration_seconds_sum{${store}, exported_kind="major"} 0+1x80`],
    },
  ],
  'a label that an absence has': [
    'absent((up{service="store"}))',
    'absent(((up{service="store"} offset 1m)))',
    'absent_over_time((up{service="store"}[5m]))',
    'absent(up{service!="quotes", service="store"})',
    'absent(up{service="store", service!="quotes"})',
    'absent(up{service="store", service!~"q.+"})',
  ].map((expr) => ({ expr: 'gone{service="store"} == 1', record: [{ record: 'gone', expr }], series: [] })),
  'a series that several rules record, one of them later': [
    { expr: 's{x="2"} > 0', record: twice, series: [`up{${store}} 1x80`, `scrape_samples_scraped{${store}} 9x80`] },
    { expr: 's > 5', record: twice, series: [`up{${store}} 1x80`, `scrape_samples_scraped{${store}} 9x80`] },
  ],
  'a wait longer than samples are kept': [],
  'a window for one sample': [
    ...['min_over_time', 'last_over_time', 'sum_over_time', 'avg_over_time'].map((name) => ({
      expr: `${name}(up[20s]) == 0`,
      series: down,
    })),
    { expr: 'count_over_time(up[20s]) > 0', series: down },
    { expr: 'present_over_time(up[20s]) == 1', series: down },
    { expr: 'absent_over_time(up{service="store"}[20s])', series: [] },
    { expr: 'changes(up[20s]) == 0', series: down },
    { expr: 'rate(http_requests_total[30s]) > 0', series: [requests('route="/a", status="200"', '0+9x80')] },
    {
      expr: 'max_over_time(rate(http_requests_total[1m])[5m:15s]) > 0',
      series: [requests('route="/a", status="200"', '0+9x80')],
    },
  ],
  'a part that can never be, in a rule that can': [
    { expr: 'absent(nope_total)', series: [] },
    { expr: 'absent(up{env="prod"})', series: [] },
    { expr: 'absent(up{service="payments"})', series: [] },
    { expr: 'up == 0 unless on (instance) maintenance_mode == 1', series: down },
    { expr: '(node_memory_free_pages or up) == 0', series: down },
    { expr: 'nope == 0 or absent(nope)', series: [] },
    { expr: 'up == 0 or nope_total > 5', series: down },
    { expr: '(sum(rate(nope_total[5m])) or vector(0)) < 1', series: [] },
    { expr: 'up == bool 2 == 0', series: down },
    { expr: 'up != scalar(nope_total)', series: down },
  ],
  'a text that is not a template, or a template that checks what it reads': [
    { expr: 'sum by (service) (up) == 0', series: down, annotations: { text: 'see $labels.instance in the docs' } },
    {
      expr: 'sum by (service) (up) == 0',
      series: down,
      annotations: { text: '{{/* $labels.instance */}}{{ $labels.service }}' },
    },
    {
      expr: 'sum by (service) (up) == 0',
      series: down,
      annotations: { text: '{{ with $labels.cluster }}{{ . }}{{ end }}' },
    },
    {
      expr: 'sum by (service) (up) == 0',
      series: down,
      annotations: { text: '{{ if $labels.cluster }}{{ $labels.cluster }}{{ end }}' },
    },
    { expr: 'up == 0', series: down, annotations: { text: '{{ $labels.__name__ }} of {{ .Labels.instance }}' } },
    {
      expr: 'sum(up) == 0',
      series: down,
      annotations: { text: '{{ range query "up == 0" }}{{ .Labels.instance }} {{ .Value }}{{ end }}' },
    },
    {
      expr: 'sum(up) == 0',
      series: down,
      annotations: { text: '{{ with query "up == 0" }}{{ . | first | label "instance" }}{{ end }}' },
    },
    {
      expr: 'sum(up) == 0',
      series: down,
      annotations: { text: '{{ range $i, $one := query "sum by (service) (up)" }}{{ $one.Labels.service }}{{ end }}' },
    },
    ...[
      'absent(up{service="store"})',
      'absent((up{service="store"}))',
      'absent(((up{service="store"} offset 1m)))',
      'absent_over_time((up{service="store"}[5m]))',
      'absent(up{service!="quotes", service="store"})',
      'absent(up{service="store", service!="quotes"})',
      'absent(up{service="store", service!~"q.+"})',
    ].map((expr) => ({ expr, series: [], annotations: { text: '{{ $labels.service }}' } })),
    {
      expr: 'sum(up) == 0',
      series: down,
      annotations: { text: "{{ range query \"absent(up{job=~'a|b', job='a'})\" }}{{ .Labels.job }}{{ end }}" },
    },
    {
      expr: 'label_replace(up == 0, "team", "$1", "service", "(.+)")',
      series: down,
      annotations: { text: '{{ $labels.team }}' },
    },
    { expr: 'count_values("version", up) > 0', series: down, annotations: { text: '{{ $labels.version }}' } },
  ],
  'a value in a label that stays the same, or without a wait': [
    { expr: 'up == 0', series: down, for: '1m', labels: { value: '{{ $value }}' } },
    {
      expr: 'http_requests_in_flight > 5',
      series: [`http_requests_in_flight{${store}, method="GET", route="/a"} 6+1x80`],
      labels: { value: '{{ $value }}' },
    },
    {
      expr: 'http_requests_in_flight > 5',
      series: [`http_requests_in_flight{${store}, method="GET", route="/a"} 6+1x80`],
      for: '1m',
      labels: { severity: '{{ if gt $value 1000.0 }}critical{{ else }}warning{{ end }}' },
    },
  ],
  'bounds that can just be reached': [
    { expr: 'up >= 1', series: [`up{${store}} 1x80`] },
    { expr: '1 <= up', series: [`up{${store}} 1x80`] },
    { expr: 'count(up) by (service) == 1', series: down },
    { expr: 'count(up == 0) > 0', series: down },
    { expr: 'group(up) == 1', series: down },
    { expr: '(up == bool 0) > 0', series: down },
    { expr: 'up == 0 and up < 1', series: down },
    { expr: 'up unless up > 0', series: down },
    { expr: 'up != up offset 1m', series: [`up{${store}} 0x20 1x80`] },
    { expr: 'hour() >= 0 and on () minute() < 60', series: [] },
    { expr: '100 * (1 - avg by (service) (up)) >= 100', series: down },
    { expr: 'sum(up) / count(up) < 0.1', series: down },
    { expr: 'clamp_max(node_load1, 5) >= 5', series: [`node_load1{${node}} 9x80`] },
    { expr: 'clamp_min(up, 60 * 60) > 5', series: down },
    { expr: 'clamp_min(up, scalar(node_load1)) > 5', series: [...down, `node_load1{${node}} 9x80`] },
    { expr: 'clamp_max(up, 0 - 1) < 0', series: down },
    { expr: 'clamp(up, 2 * 3, 3 * 3) > 5', series: down },
    { expr: 'clamp(up, -9, 0 - 5) < 0', series: down },
    {
      expr: 'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) >= 10',
      series: buckets,
    },
    { expr: 'node_load1 > 2 and node_load1 < 5', series: [`node_load1{${node}} 3x80`] },
    { expr: 'node_load1 > 2 < 5', series: [`node_load1{${node}} 3x80`] },
    { expr: 'time() - timestamp(up) >= 0', series: down },
    { expr: 'up{service=~"st.*", service!~"q.*", service!="x"} == 0', series: down },
    { expr: 'up{instance="store-1"} == 0', series: down },
    {
      expr: 'firedrill_fault_active{service="store"} > 0',
      series: [
        'firedrill_fault_active{job="control", service="store", kind="control", instance="control", fault="kill", replica="store-1"} 1x80',
      ],
    },
    {
      expr: 'up{service="grafana"} == 0',
      series: ['up{job="grafana", service="grafana", kind="monitoring", instance="grafana-1"} 0x80'],
    },
    { expr: 'changes(up[5m]) > 2', series: [`up{${store}} 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1`] },
    { expr: 'up offset 5m == 0', series: down },
    { expr: 'up > up offset 1m', series: [`up{${store}} 0x20 1x80`] },
  ],
}

/** The same for rules of a system of which nothing is known. */
export const benignAnywhere: Readonly<Record<string, readonly Benign[]>> = {
  'series of any name': [
    {
      expr: 'kube_pod_status_phase{phase=~"Pending|Unknown"} * on (namespace, pod, cluster) group_left (owner_kind) topk by (namespace, pod, cluster) (1, max by (namespace, pod, owner_kind, cluster) (kube_pod_owner{owner_kind!="Job"})) > 0',
      series: [
        'kube_pod_status_phase{namespace="n", pod="p", phase="Pending"} 1x80',
        'kube_pod_owner{namespace="n", pod="p", owner_kind="ReplicaSet"} 1x80',
      ],
      annotations: {
        text: '{{ $labels.namespace }}/{{ $labels.pod }} of {{ $labels.owner_kind }} {{ $labels.cluster }}',
      },
    },
    { expr: 'node_timex_offset_seconds < -0.05', series: ['node_timex_offset_seconds{instance="a"} -1x80'] },
    {
      expr: 'mysql_slave_status_seconds_behind_master - mysql_slave_status_sql_delay > 30',
      series: [
        'mysql_slave_status_seconds_behind_master{instance="a"} 90x80',
        'mysql_slave_status_sql_delay{instance="a"} 1x80',
      ],
    },
    { expr: 'haproxy_up > 1', series: ['haproxy_up{instance="a"} 2x80'] },
    { expr: 'account_balance_total < 0', series: ['account_balance_total{instance="a"} -2x80'] },
    { expr: 'up{namespace="x"} == 0', series: ['up{namespace="x"} 0x80'], annotations: { text: '{{ $labels.pod }}' } },
    {
      expr: 'sum by (job) (up) / on (job) desired_replicas < 0.5',
      series: ['up{job="a"} 0x80', 'desired_replicas{job="a"} 1x80'],
    },
    { expr: '{__name__=~"a|b"} > 5 and {__name__=~"a|b"} < 2', series: ['a{x="1"} 9x80', 'b{x="1"} 1x80'] },
    {
      expr: 'histogram_quantile(0.99, rate(x_bucket[5m])) > 20',
      series: ['x_bucket{le="100"} 0+0x80', 'x_bucket{le="200"} 0+5x80', 'x_bucket{le="+Inf"} 0+5x80'],
    },
    { expr: 'vector(1) > 0', series: [] },
    {
      expr: 'label_replace(a, "id", "$1", "pod", "(.*)") * on (id) group_left b > 0',
      series: ['a{pod="1"} 1x80', 'b{id="1"} 1x80'],
    },
    { expr: 'sum(a) by (x) == 0 or absent(a)', series: [] },
    { expr: 'avg_over_time(a[1m]) / avg_over_time(a[10m]) > 1.5', series: ['a 1x60 9x20'] },
    { expr: 'max(a{x="1"}) / max(a) > 1', series: ['a{x="1"} -9x80', 'a{x="2"} -1x80'] },
    { expr: 'quantile(2, up) > 1', series: ['up{job="a"} 1x80'] },
  ],
}
