import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { Panel as PanelJson } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Clock } from '../clock.ts'
import type { Panel } from '../panel.ts'
import { renderFigure } from './figure.ts'
import { renderGraph } from './graph.ts'
import { renderList } from './list.ts'
import { renderStates } from './states.ts'
import { renderText } from './text.ts'

/** A panel as Grafana reads it, for a profile's clock. */
export function renderPanel(panel: Panel, clock: Clock): Builder<PanelJson> {
  switch (panel.kind) {
    case 'figure':
      return renderFigure(panel, clock)
    case 'graph':
      return renderGraph(panel, clock)
    case 'list':
      return renderList(panel, clock)
    case 'states':
      return renderStates(panel, clock)
    case 'text':
      return renderText(panel, clock)
  }
}
