import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { DashboardSpec } from '../dashboard.ts'
import { alertsJudgedBy, RUNBOOKS_UID, runbookNames } from '../runbook-names.ts'
import { targetsOf } from './rendered.ts'

/** How Grafana's panels lead to runbooks and to other dashboards. */

/** The path of a runbook in Grafana: its panel alone. Panels are numbered from the top, the row that they stand in first. */
export function runbookPath(name: string): string {
  return `/d/${RUNBOOKS_UID}?viewPanel=${runbookNames.indexOf(name) + 2}`
}

export function pathLink(title: string, url: string, tooltip = title): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).icon('doc').tooltip(tooltip)
}

/** The panel with its ways on: to the runbook of each alert that is judged by it, and from a series to the routes behind it. */
export function linked(panel: Panel, spec: DashboardSpec): Panel {
  const runbooks = alertsJudgedBy(spec, panel.title).map((name) =>
    withoutPlace(pathLink(`Runbook: ${name}`, runbookPath(name), `What to do when ${name} fires`).build()),
  )
  const dataLinks = dataLinksOf(panel)
  const overrides = showsAlerts(panel) ? runbookNames.map(runbookOverride) : []
  return {
    ...panel,
    ...(runbooks.length === 0 ? {} : { links: [...(panel.links ?? []), ...runbooks] }),
    fieldConfig: {
      defaults: { ...panel.fieldConfig?.defaults, ...(dataLinks.length === 0 ? {} : { links: dataLinks }) },
      overrides: [...(panel.fieldConfig?.overrides ?? []), ...overrides],
    },
  }
}

/** The SDK's only value for it hides links in a menu. */
export function withoutPlace({ placement: _, ...link }: DashboardLink): DashboardLink {
  return link
}

/** What a click on a series, or on a row of a table, leads to. */
function dataLinksOf(panel: Panel): DashboardLink[] {
  const labels = labelsOf(panel)
  const to = (title: string, url: string) => withoutPlace(pathLink(title, url).build())
  if (labels.has('alertname')) {
    return labels.has('sloth_severity')
      ? [to('Runbook', runbookPath('ErrorBudgetBurn'))]
      : [to('Runbooks', `/d/${RUNBOOKS_UID}`)]
  }
  const value = (label: string) =>
    panel.type === 'table' ? `\${__data.fields.${label}:percentencode}` : `\${__field.labels.${label}:percentencode}`
  const chosen = ['service', 'route'].filter((label) => labels.has(label))
  if (!chosen.includes('service')) return []
  const query = chosen.map((label) => `var-${label}=${value(label)}`).join('&')
  const title = chosen.includes('route') ? 'This route' : 'Routes of this service'
  return [to(title, `/d/firedrill-endpoints?${query}&\${__url_time_range}&\${datasource:queryparam}`)]
}

/** Of the series of one alert: its own runbook. */
function runbookOverride(name: string) {
  return {
    matcher: { id: 'byRegexp', options: `^${name}( |$)` },
    properties: [{ id: 'links', value: [{ title: `Runbook: ${name}`, url: runbookPath(name), targetBlank: false }] }],
  }
}

function showsAlerts(panel: Panel): boolean {
  const labels = labelsOf(panel)
  return labels.has('alertname') && !labels.has('sloth_severity')
}

/** The labels that distinguish the series of a panel. */
function labelsOf(panel: Panel): Set<string> {
  const ofLegends = targetsOf(panel).flatMap(
    ({ legendFormat = '' }) => legendFormat.match(/(?<=\{\{)\w+(?=\}\})/g) ?? [],
  )
  const ofGroups =
    panel.type === 'table' ? targetsOf(panel).flatMap(({ expr }) => expr.match(/(?<=by \([^)]*)\w+/g) ?? []) : []
  return new Set([...ofLegends, ...ofGroups])
}
