import type { AlertGroup } from './alerts/alert.ts'
import type { Part, Topology } from './part.ts'
import { redisPasswords, storeExporters } from './parts/exporters.ts'
import { grafana, grafanaFiles } from './parts/grafana.ts'
import { alertmanager, blackboxExporter, nodeExporter, prometheus } from './parts/monitoring.ts'
import { policyFile, responder } from './parts/responder.ts'
import { quotes, store, worker } from './parts/services.ts'
import { PROXIED, postgres, proxy, redis } from './parts/storage.ts'
import { passwordFiles } from './password.ts'
import type { Profile } from './profile.ts'
import { renderAlertmanager } from './render/alertmanager.ts'
import { renderBlackbox } from './render/blackbox.ts'
import { type Discovery, fileDiscovery } from './render/discovery.ts'
import { secretFiles } from './render/people.ts'
import { renderPostgresQueries } from './render/postgres-queries.ts'
import { renderPrometheus } from './render/prometheus.ts'
import { renderProxies } from './render/proxies.ts'
import { renderRedis } from './render/redis.ts'
import { remoteWriteFiles } from './render/remote-write.ts'
import { renderRules } from './render/rules.ts'
import { renderSloRules } from './render/slo-rules.ts'
import { defaultSettings, type StackSettings } from './settings.ts'

/** What differs between stacks besides their clocks and settings. */
export interface StackOptions {
  /** Grafana's dashboards, as JSON by name: with them Grafana is part of the stack. */
  dashboards?: ReadonlyMap<string, string>
  /** How Prometheus finds what it scrapes. Default: from files that the runtime writes. */
  discovery?: Discovery
  /** Every alert, by group. Default: all that ship. */
  alerts?: readonly AlertGroup[]
  /** Parts that only this kind of stack has. Default: none. */
  more?: readonly Part[]
}

/** The whole stack, defined once: every runtime starts it and every renderer writes its files from here. */
export function describeStack(
  profile: Profile,
  settings: StackSettings = defaultSettings,
  { dashboards, discovery = fileDiscovery, alerts, more = [] }: StackOptions = {},
): Topology {
  const parts = [
    prometheus(profile),
    alertmanager,
    nodeExporter,
    blackboxExporter,
    redis,
    postgres,
    ...storeExporters(profile),
    proxy,
    quotes,
    store,
    worker,
    responder(profile, settings),
    ...(dashboards === undefined ? [] : [grafana]),
    ...more,
  ]
  return {
    parts,
    externals: ['control'],
    files: [
      {
        name: 'prometheus.yml',
        part: 'prometheus',
        render: (context) => renderPrometheus(parts, { profile, settings, discovery }, context),
      },
      { name: 'rules/firedrill.yml', part: 'prometheus', render: () => renderRules(profile, settings, alerts) },
      { name: 'rules/slo.yml', part: 'prometheus', render: () => renderSloRules(profile, settings) },
      {
        name: 'alertmanager.yml',
        part: 'alertmanager',
        render: (context) => renderAlertmanager(parts, { profile, settings }, context),
      },
      ...passwordFiles(parts),
      ...policyFile(settings),
      ...secretFiles(settings),
      ...remoteWriteFiles(settings),
      { name: 'postgres-queries.yaml', part: 'postgres-exporter', render: renderPostgresQueries },
      { name: 'blackbox.yml', part: 'blackbox-exporter', render: () => renderBlackbox(profile) },
      redisPasswords,
      { name: 'redis.conf', part: 'redis', secret: true, render: renderRedis },
      { name: 'proxies.json', part: 'proxy', render: (context) => renderProxies(Object.keys(PROXIED), context) },
      ...(dashboards === undefined ? [] : grafanaFiles(profile, dashboards)),
    ],
  }
}
