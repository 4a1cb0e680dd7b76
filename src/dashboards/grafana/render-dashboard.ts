import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel as PanelJson,
  RowBuilder,
  TimePickerBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Clock } from '../clock.ts'
import { choiceQueries, type DashboardSpec } from '../dashboard.ts'
import { RUNBOOKS_UID } from '../runbook-names.ts'
import { annotations, DRILL_TAG } from './annotations.ts'
import { linked, pathLink, withoutPlace } from './links.ts'
import { renderPanel } from './render-panel.ts'
import { datasourceVariable, labelVariable } from './variables.ts'

/** Renders a dashboard for Grafana. */

const REFRESH_CHOICES = ['1s', '2s', '5s', '10s', '30s', '1m', '5m']

/** A dashboard as Grafana reads it. */
export function renderDashboard(spec: DashboardSpec, clock: Clock): Dashboard {
  const builder = new DashboardBuilder(`Firedrill / ${spec.title}`)
    .uid(spec.uid)
    .description(spec.description)
    .tags([DRILL_TAG, ...spec.tags])
    .readonly()
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: `now-${clock.range}`, to: 'now' })
    .refresh(clock.refresh)
    .timepicker(new TimePickerBuilder().refreshIntervals(REFRESH_CHOICES))
    .withVariable(datasourceVariable())
    .annotations(annotations(clock))
    .link(
      new DashboardLinkBuilder('Dashboards')
        .type(DashboardLinkType.Dashboards)
        .tags([DRILL_TAG])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true)
        .icon('external link')
        .tooltip('The other dashboards of this stack'),
    )
    .link(pathLink('Runbooks', `/d/${RUNBOOKS_UID}`, 'What each alert means, and what to do').keepTime(true))
  for (const choice of choiceQueries(spec)) builder.withVariable(labelVariable(choice))
  for (const [title, panels] of Object.entries(spec.rows)) {
    builder.withRow(new RowBuilder(title))
    for (const panel of panels) builder.withPanel(renderPanel(panel, clock))
  }
  return finish(builder.build(), spec)
}

/** Numbers the panels in reading order, since links to single panels hold their ids, and keeps toggles and links in sight. */
function finish(dashboard: Dashboard, spec: DashboardSpec): Dashboard {
  return {
    ...dashboard,
    panels: (dashboard.panels ?? []).map((panel, index) => {
      const numbered = { ...panel, id: index + 1 }
      return isPanel(numbered) ? linked(numbered, spec) : numbered
    }),
    links: (dashboard.links ?? []).map(withoutPlace),
    annotations: { list: (dashboard.annotations.list ?? []).map(({ placement: _, ...annotation }) => annotation) },
  }
}

function isPanel(one: NonNullable<Dashboard['panels']>[number]): one is PanelJson {
  return one.type !== 'row' && one.type !== 'text'
}
