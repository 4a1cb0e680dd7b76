import { endpointDiscovery } from '../../runtimes/kubernetes/manifests/endpoint-discovery.ts'
import { unattendedGroups } from '../../stack/alerts/alerts.ts'
import type { Topology } from '../../stack/part.ts'
import { gateway } from '../../stack/parts/gateway.ts'
import type { Profile } from '../../stack/profile.ts'
import type { StackSettings } from '../../stack/settings.ts'
import { describeStack } from '../../stack/topology.ts'
import { withDashboards } from './with-dashboards.ts'

/**
 * The stack in a cluster: with Grafana, found by its Prometheus as pods, run by Kubernetes instead of control, and with a way into its
 * monitoring.
 */
export async function describeKubernetesStack(
  profile: Profile,
  settings: StackSettings | undefined,
): Promise<Topology> {
  const optional = await withDashboards(profile)
  return describeStack(profile, settings, {
    ...optional,
    discovery: endpointDiscovery,
    alerts: unattendedGroups,
    more: [gateway],
  })
}
