import type { ConfigFile, Part } from '../part.ts'
import type { Profile } from '../profile.ts'
import { dashboardFile, renderDashboardProvider, renderDatasources, renderGrafanaIni } from '../render/grafana.ts'

/** In the stack only where Grafana is installed: everything else works without it. */
export const grafana: Part = {
  name: 'grafana',
  kind: 'monitoring',
  summary: 'the dashboards',
  program: { component: 'grafana' },
  preferredPort: 3000,
  dependsOn: [],
  health: { kind: 'http', path: '/api/health' },
  restart: 'always',
  graceMs: 5_000,
  observer: true,
  metrics: { path: '/metrics', every: 'exporterScrapeMs' },
  page: '/d/firedrill-overview',
  launch: (context) => ({ args: [`--config=${context.file('grafana/grafana.ini')}`], env: {} }),
}

/** Grafana's configuration, and all it is provisioned with: a restart, or a new state folder, brings the same dashboards. */
export function grafanaFiles(profile: Profile, dashboards: ReadonlyMap<string, string>): ConfigFile[] {
  return [
    { name: 'grafana/grafana.ini', part: 'grafana', render: renderGrafanaIni },
    {
      name: 'grafana/provisioning/datasources/firedrill.yml',
      part: 'grafana',
      render: (context) => renderDatasources(profile, context),
    },
    { name: 'grafana/provisioning/dashboards/firedrill.yml', part: 'grafana', render: renderDashboardProvider },
    ...[...dashboards].map(
      ([name, json]): ConfigFile => ({ name: dashboardFile(name), part: 'grafana', render: () => json }),
    ),
  ]
}
