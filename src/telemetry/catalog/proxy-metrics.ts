import type { MetricDefinition } from './metric-definition.ts'

/** Metrics of the fault proxy; two of them are Toxiproxy's. */
export const proxyMetrics = {
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
} as const satisfies Record<string, MetricDefinition>
