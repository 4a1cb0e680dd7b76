import type { TextPanel } from '../panel.ts'

/** A panel with Markdown to be read. */
export function text(spec: Omit<TextPanel, 'kind' | 'width'>): TextPanel {
  return { kind: 'text', width: 12, ...spec }
}
