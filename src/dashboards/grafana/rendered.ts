import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus'
import type { Clock } from '../clock.ts'

/** What is rendered for Grafana. */

/** Renders a panel of one kind, for a profile's clock. */
export type Render<Kind> = (panel: Kind, clock: Clock) => Builder<Panel>

/** One query of a rendered panel; `interval` is the shortest step that makes sense for its series. */
export type Target = Pick<Dataquery, 'expr' | 'legendFormat' | 'interval' | 'instant' | 'refId' | 'datasource'>

/** The panels of a dashboard, without the rows that group them. */
export function panelsOf(dashboard: Dashboard): Panel[] {
  return (dashboard.panels ?? []).filter((one): one is Panel => one.type !== 'row')
}

export function targetsOf(panel: Panel): Target[] {
  return (panel.targets ?? []) as unknown as Target[]
}
