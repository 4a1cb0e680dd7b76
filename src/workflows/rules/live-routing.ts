import { isObject } from '../../base/is-object.ts'
import { parseYamlSource } from '../../base/yaml/yaml-source.ts'
import type { Alertmanager } from '../../probes/alertmanager.ts'
import type { ProbeOptions } from '../../probes/json.ts'
import type { Prometheus } from '../../probes/prometheus.ts'
import { readLoadedRouting } from '../../routing/config/read-routing.ts'
import type { Routing } from '../../routing/routing.ts'

/** Where a monitoring sends its alerts, as it has been loaded. */
export interface LiveRouting {
  /** Missing where the configuration cannot be read. */
  routing: Routing | undefined
  /** Labels that Prometheus adds to each alert. */
  external: Record<string, string>
  /** Prometheus may change the labels of an alert before Alertmanager has it. */
  relabels: boolean
  notes: string[]
}

/** Reads it. @throws FD_PROBE_UNREACHABLE, FD_PROBE_ANSWER */
export async function liveRouting(
  { prometheus, alertmanager }: { prometheus: Prometheus; alertmanager: Alertmanager },
  bounds: ProbeOptions,
): Promise<LiveRouting> {
  const [{ config }, yaml] = await Promise.all([
    alertmanager.status(bounds),
    // What speaks Prometheus' language need not show its configuration.
    prometheus.config(bounds).catch(() => undefined),
  ])
  const { routing, why } = readLoadedRouting(config)
  const sent = yaml === undefined ? undefined : readSent(yaml)
  const notes = [
    ...(why === undefined ? [] : [`Alertmanager's configuration cannot be read: ${why}`]),
    ...(sent === undefined ? ['Prometheus shows no configuration: its external labels are not known'] : []),
    ...(sent?.relabels
      ? ['alert_relabel_configs of Prometheus may change labels on the way; that is not counted here']
      : []),
  ]
  return { routing, external: sent?.external ?? {}, relabels: sent?.relabels ?? true, notes }
}

function readSent(yaml: string): Pick<LiveRouting, 'external' | 'relabels'> | undefined {
  const { value, problems } = parseYamlSource(yaml)
  if (problems.length > 0 || !isObject(value)) return undefined
  const { global, alerting } = value
  const labels = isObject(global) && isObject(global.external_labels) ? global.external_labels : {}
  return {
    external: Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, String(text)])),
    relabels: JSON.stringify(alerting ?? {}).includes('"alert_relabel_configs"'),
  }
}
