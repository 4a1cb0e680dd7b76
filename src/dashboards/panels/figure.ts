import type { FigurePanel, PanelSpec } from '../panel.ts'

/** A panel with one number: the last value, large, over its course; several queries or series side by side, each with its name. */
export function figure(spec: PanelSpec): FigurePanel {
  return { kind: 'figure', width: 4, ...spec }
}
