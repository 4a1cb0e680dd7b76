import type { ListPanel, PanelSpec } from '../panel.ts'

/** A panel with a table of the values at the end of the time range. `columns`: labels, and last the name of the value. */
export function list(spec: PanelSpec & { columns: readonly string[] }): ListPanel {
  return { kind: 'list', width: 12, ...spec }
}
