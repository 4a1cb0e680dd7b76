import type { Profile } from '../../stack/profile.ts'
import type { StackOptions } from '../../stack/topology.ts'

/** Grafana's SDK takes a fifth of a second to load, which a stack without Grafana need not wait for. */
export async function withDashboards(profile: Profile): Promise<StackOptions> {
  const { renderDashboards } = await import('../../dashboards/grafana/render-dashboards.ts')
  return { dashboards: renderDashboards(profile) }
}
