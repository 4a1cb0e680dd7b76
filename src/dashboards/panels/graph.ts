import type { GraphPanel, PanelSpec } from '../panel.ts'

/** A panel with values over time. `stacked` for parts of a whole. */
export function graph(spec: PanelSpec & { stacked?: true }): GraphPanel {
  return { kind: 'graph', width: 12, ...spec }
}
