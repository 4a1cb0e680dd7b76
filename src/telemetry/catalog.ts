/** What one metric is, in the words of the Prometheus exposition format. */
export type MetricDefinition =
  | { type: 'counter' | 'gauge'; help: string; labels: readonly string[] }
  | { type: 'histogram'; help: string; labels: readonly string[]; buckets: readonly number[] }

/**
 * Seconds. Local calls take about a millisecond; the upper end is where a user has long given up. 0.2 is what is promised:
 * without a bucket that ends there, an alert on it would be a guess.
 */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** Seconds. Ends above the statement timeout, so that a query that ran into it has a bucket of its own. */
const QUERY_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const

/** Every metric that Firedrill's own services emit, besides the Node.js process metrics. Written once, here. */
export const catalog = {
  http_requests_total: {
    type: 'counter',
    help: 'Requests answered, by route pattern; status 499 when the client went away first, route "unmatched" when there is none.',
    labels: ['method', 'route', 'status'],
  },
  http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time from the arrival of a request to the end of its response.',
    labels: ['method', 'route'],
    buckets: REQUEST_SECONDS,
  },
  http_requests_in_flight: {
    type: 'gauge',
    help: 'Requests that have arrived and are not answered yet.',
    labels: ['method', 'route'],
  },
  http_exceptions_total: {
    type: 'counter',
    help: 'Requests that failed with an error nobody foresaw: answered 500, and logged with the cause.',
    labels: ['method', 'route'],
  },
  http_requests_refused_total: {
    type: 'counter',
    help: 'Requests refused at once with 503 for want of room: reason "in_flight" (too many under way) or "database_queue" (would wait too long for a connection).',
    labels: ['reason'],
  },
  http_requests_expired_total: {
    type: 'counter',
    help: 'Requests answered 503 because their deadline came first.',
    labels: [],
  },
  nodejs_eventloop_active_seconds_total: {
    type: 'counter',
    help: 'Time the event loop spent working; its rate is the event loop utilisation (0-1).',
    labels: [],
  },
  db_query_duration_seconds: {
    type: 'histogram',
    help: 'Time of a database operation, from the wait for a connection to the last row, failures included.',
    labels: ['operation'],
    buckets: QUERY_SECONDS,
  },
  db_query_errors_total: {
    type: 'counter',
    help: 'Database operations that failed because PostgreSQL could not be reached or did not answer in time.',
    labels: ['operation'],
  },
  db_pool_connections: {
    type: 'gauge',
    help: 'Connections of the pool: state "used" or "idle".',
    labels: ['state'],
  },
  db_pool_waiting: {
    type: 'gauge',
    help: 'Operations that wait for a connection of the pool.',
    labels: [],
  },
  redis_app_cache_hit_total: {
    type: 'counter',
    help: 'Reads answered by the cache.',
    labels: ['cache'],
  },
  redis_app_cache_miss_total: {
    type: 'counter',
    help: 'Reads for which the cache answered that it has no value.',
    labels: ['cache'],
  },
  redis_app_cache_errors_total: {
    type: 'counter',
    help: 'Cache reads and writes that failed, timed out, or were skipped while Redis was away.',
    labels: ['cache'],
  },
  items_created_total: {
    type: 'counter',
    help: 'Items created.',
    labels: [],
  },
  items_updated_total: {
    type: 'counter',
    help: 'Items given a new value.',
    labels: [],
  },
  items_deleted_total: {
    type: 'counter',
    help: 'Items deleted.',
    labels: [],
  },
  transactions_created_total: {
    type: 'counter',
    help: 'Transactions created over HTTP; a repeated idempotency key counts once.',
    labels: [],
  },
  stock_price: {
    type: 'gauge',
    help: 'Last good price, in its own currency; NaN before the first.',
    labels: ['symbol'],
  },
  stock_change_ratio: {
    type: 'gauge',
    help: 'Change since the close of the session before, as a ratio (0.01 is 1 %); NaN before the first price.',
    labels: ['symbol'],
  },
  stock_age_seconds: {
    type: 'gauge',
    help: 'Time since the source last confirmed the price; NaN before the first.',
    labels: ['symbol'],
  },
  stock_stale: {
    type: 'gauge',
    help: '1 while the price is older than QUOTES_STALE_AFTER, or the first one has not come for as long since the start; else 0.',
    labels: ['symbol'],
  },
  stock_fetches_total: {
    type: 'counter',
    help: 'Fetches by outcome: "complete", "partial" (some symbols had no believable price), "refused" (with Retry-After) or "failed".',
    labels: ['provider', 'outcome'],
  },
  stock_fetch_duration_seconds: {
    type: 'histogram',
    help: 'Time of a fetch from the source of prices, failures included.',
    labels: ['provider'],
    buckets: REQUEST_SECONDS,
  },
  stock_fetcher: {
    type: 'gauge',
    help: '1 while this replica fetches, because it holds the lease or because Redis is away; 0 while it follows another.',
    labels: [],
  },
  stock_breaker_state: {
    type: 'gauge',
    help: '1 for the state of this replica\'s breaker towards the source: "closed", "open" or "half_open"; 0 for the others.',
    labels: ['state'],
  },
  stock_stream_clients: {
    type: 'gauge',
    help: 'Clients of the live stream.',
    labels: [],
  },
  stock_stream_events_total: {
    type: 'counter',
    help: 'Writes to clients of the live stream, heartbeats included.',
    labels: [],
  },
  stock_stream_dropped_total: {
    type: 'counter',
    help: 'Clients of the live stream that were dropped because they read too slowly.',
    labels: [],
  },
  transactions_replayed_total: {
    type: 'counter',
    help: 'Requests answered with the transaction that their idempotency key had created before.',
    labels: [],
  },
  worker_batches_total: {
    type: 'counter',
    help: 'Batches by how they ended: "committed", "recovered" (an attempt whose answer was lost had committed) or "abandoned" (stopped before the outcome was known).',
    labels: ['outcome'],
  },
  worker_rows_total: {
    type: 'counter',
    help: 'Transactions in committed and recovered batches.',
    labels: [],
  },
  worker_retries_total: {
    type: 'counter',
    help: 'Attempts to insert a batch that failed and were tried again.',
    labels: [],
  },
  worker_lag_seconds: {
    type: 'gauge',
    help: 'How long the batch that is due has been due; 0 when all that was due is committed.',
    labels: [],
  },
  worker_last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'Unix time of the last batch known to be committed; 0 before the first.',
    labels: [],
  },
  responder_webhooks_total: {
    type: 'counter',
    help: 'Deliveries of alerts that the responder accepted.',
    labels: [],
  },
  responder_alerts_total: {
    type: 'counter',
    help: 'Alerts in accepted deliveries, repeats included, without the Watchdog: status "firing" or "resolved".',
    labels: ['status'],
  },
  responder_truncated_alerts_total: {
    type: 'counter',
    help: 'Alerts that the sender says it left out of a delivery.',
    labels: [],
  },
  responder_alerts_refused_total: {
    type: 'counter',
    help: 'Alerts of accepted deliveries that were left out: reason "unreadable", "too_many" (beyond the first 1,000), or "overflow" (its incident was given up, since too many are open).',
    labels: ['reason'],
  },
  responder_refused_total: {
    type: 'counter',
    help: 'Requests refused: reason "token" (missing or wrong) or "rate" (more than is taken at once).',
    labels: ['reason'],
  },
  responder_actions_total: {
    type: 'counter',
    help: 'Actions that the responder took, by outcome: "ok" or "failed".',
    labels: ['action', 'outcome'],
  },
  responder_suppressed_total: {
    type: 'counter',
    help: 'Actions not taken, or not yet, by the guard that held them back; docs/responder.md lists the guards.',
    labels: ['guard'],
  },
  responder_verifications_total: {
    type: 'counter',
    help: 'Judgements on samples taken after an action: outcome "ok", "failed", or "unknown" for want of samples.',
    labels: ['outcome'],
  },
  toxiproxy_proxy_received_bytes_total: {
    type: 'counter',
    help: 'Bytes that the fault proxy has read, by direction: "upstream" from the client, "downstream" from the server. Named as Toxiproxy does; counted by where a connection came in and went to, and kept for the last 100 that are gone.',
    labels: ['direction', 'proxy', 'listener', 'upstream'],
  },
  toxiproxy_proxy_sent_bytes_total: {
    type: 'counter',
    help: 'Bytes that the fault proxy has passed on, by direction; fewer than it has read while toxics hold or drop some.',
    labels: ['direction', 'proxy', 'listener', 'upstream'],
  },
  proxy_connections: {
    type: 'gauge',
    help: 'Connections through the fault proxy.',
    labels: ['proxy'],
  },
  proxy_connections_accepted_total: {
    type: 'counter',
    help: 'Connections that the fault proxy has accepted, those it could not pass on included.',
    labels: ['proxy'],
  },
  proxy_toxics: {
    type: 'gauge',
    help: 'Toxics that are active.',
    labels: ['proxy'],
  },
  proxy_enabled: {
    type: 'gauge',
    help: '1 while the proxy accepts connections, 0 while it is down on purpose.',
    labels: ['proxy'],
  },
  firedrill_fault_active: {
    type: 'gauge',
    help: 'Faults that are in force in a replica, as control holds them; 0 once they are over. Emitted by control.',
    labels: ['fault', 'service', 'replica'],
  },
  firedrill_faults_injected_total: {
    type: 'counter',
    help: 'Faults that were injected, by whether they are proved to have landed ("true" or "false"). Emitted by control.',
    labels: ['fault', 'service', 'landed'],
  },
  firedrill_trouble: {
    type: 'gauge',
    help: 'Troubles of control itself, by kind: "disk" (a disk is nearly full), "descriptors", "files" (a file cannot be written), "unexpected" (an error nobody foresaw). Emitted by control.',
    labels: ['kind'],
  },
  firedrill_control_unexpected_errors_total: {
    type: 'counter',
    help: 'Errors that nobody foresaw and that control has survived. Emitted by control.',
    labels: [],
  },
  firedrill_load_users: {
    type: 'gauge',
    help: 'Virtual users of the load that runs; 0 without one.',
    labels: [],
  },
  firedrill_load_saturated: {
    type: 'gauge',
    help: '1 while the load generator does not keep up, so that its figures prove nothing; else 0.',
    labels: [],
  },
  firedrill_load_lateness_seconds: {
    type: 'gauge',
    help: 'How late the load generator sends, 99th percentile of the run.',
    labels: [],
  },
  firedrill_load_requests_total: {
    type: 'counter',
    help: 'Requests of the load that was last run, as its users saw them.',
    labels: ['endpoint'],
  },
  firedrill_load_failures_total: {
    type: 'counter',
    help: 'Failed requests of the load that was last run, by cause: "refused", "timeout", "http 503".',
    labels: ['endpoint', 'cause'],
  },
  firedrill_load_latency_seconds: {
    type: 'gauge',
    help: 'Latency of the last second as users saw it: quantile "0.5", "0.95", "0.99" and "1" (the slowest).',
    labels: ['endpoint', 'quantile'],
  },
  firedrill_client_requests_total: {
    type: 'counter',
    help: 'Requests as their clients saw them, the users of drills and loads, by result: "good", "rejected" (4xx), "error" (5xx), "wrong" (a check failed), "unanswered" (refused, reset, timed out: in no metric of a service) or "unsent" (the client\'s own fault). Emitted by control.',
    labels: ['service', 'endpoint', 'result'],
  },
  responder_escalations_total: {
    type: 'counter',
    help: 'Incidents left to a person.',
    labels: [],
  },
  responder_notifications_total: {
    type: 'counter',
    help: 'Messages to people, by channel and by outcome: "ok" or "failed".',
    labels: ['channel', 'outcome'],
  },
  responder_incidents_open: {
    type: 'gauge',
    help: 'Incidents whose alert is not over, or whose repair has to be taken back.',
    labels: [],
  },
  responder_decision_duration_seconds: {
    type: 'histogram',
    help: 'Time from the arrival of a webhook to the start of its first action, with everything on disk that says so; guards that make it wait included.',
    labels: [],
    buckets: REQUEST_SECONDS,
  },
  responder_action_duration_seconds: {
    type: 'histogram',
    help: 'Time that an action took.',
    labels: ['action'],
    buckets: REQUEST_SECONDS,
  },
  responder_watchdog_timestamp_seconds: {
    type: 'gauge',
    help: 'Unix time at which the Watchdog last arrived; 0 before the first time.',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>

export type MetricName = keyof typeof catalog

type OfType<Type> = { [Name in MetricName]: (typeof catalog)[Name]['type'] extends Type ? Name : never }[MetricName]

export type CounterName = OfType<'counter'>
export type GaugeName = OfType<'gauge'>
export type HistogramName = OfType<'histogram'>

/** Exactly the labels that the catalog declares for a metric. */
export type LabelsOf<Name extends MetricName> = Record<(typeof catalog)[Name]['labels'][number], string>
