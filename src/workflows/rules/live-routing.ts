import { readAlertLabels } from '../../probes/alert-labels/alert-labels.ts'
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
  const [{ config }, [shown]] = await Promise.all([
    alertmanager.status(bounds),
    // What speaks Prometheus' language need not show its configuration.
    prometheus.ruleConfigs(bounds).catch(() => []),
  ])
  const { routing, why } = config === undefined ? { why: 'it does not show it' } : readLoadedRouting(config)
  const sent = shown === undefined ? { unknown: 'it does not show its configuration' } : readAlertLabels(shown)
  const isKnown = 'external' in sent
  const relabels = !isKnown || sent.rules.length > 0
  const notes = [
    ...(why === undefined ? [] : [`Alertmanager's configuration cannot be read: ${why}`]),
    ...(isKnown ? [] : [`what Prometheus adds to the labels of alerts is not known: ${sent.unknown}`]),
    ...(isKnown && relabels
      ? ['alert_relabel_configs of Prometheus may change labels on the way; that is not counted here']
      : []),
  ]
  return { routing, external: isKnown ? { ...sent.external } : {}, relabels, notes }
}
