import { dashboards } from '../../../dashboards/all/dashboards.ts'
import type { DashboardSpec } from '../../../dashboards/dashboard.ts'
import type { DataPanel, Panel } from '../../../dashboards/panel.ts'
import { alertsJudgedBy } from '../../../dashboards/runbook-names.ts'
import type { DashboardsView, DashboardView, PanelView } from '../../contract.ts'

/** Dashboards and their panels, as the API shows them. */

export function dashboardsView(): DashboardsView {
  return {
    dashboards: Object.entries<DashboardSpec>(dashboards).map(([name, { title, description, tags }]) => ({
      name,
      title,
      description,
      tags: [...tags],
    })),
  }
}

/** The dashboard of that name; `undefined` where there is none. */
export function findDashboard(name: string): DashboardSpec | undefined {
  return Object.entries<DashboardSpec>(dashboards).find(([known]) => known === name)?.[1]
}

export function rowsView(spec: DashboardSpec): DashboardView['rows'] {
  return Object.entries(spec.rows).map(([title, panels]) => ({
    title,
    panels: panels.map((panel) => panelView(panel, spec)),
  }))
}

/** The panels that show what Prometheus answers, with their names. */
export function dataPanels({ rows }: DashboardSpec): { name: string; panel: DataPanel }[] {
  return Object.values(rows)
    .flat()
    .flatMap((panel) => (panel.kind === 'text' ? [] : [{ name: panelName(panel), panel }]))
}

/** "Request rate by service" → "request-rate-by-service"; that of an alert's runbook stays as it is. */
export function panelName({ kind, title }: Panel): string {
  if (kind === 'text') return title
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

function panelView(panel: Panel, spec: DashboardSpec): PanelView {
  const { kind, title, description, width } = panel
  const name = panelName(panel)
  if (kind === 'text') return { kind, name, title, description, width, content: panel.content() }
  const { queries: _, ...rest } = panel
  const shown = { ...rest, name, queries: panel.queries.map(({ expr }) => expr), alerts: alertsJudgedBy(spec, title) }
  return shown as PanelView
}
