import { PanelBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text'
import type { Panel } from '../panel.ts'

/** A panel with text. */

const HEIGHT = 12

/** Markdown to be read. */
export function text(spec: { title: string; description: string; content: () => string }): Panel {
  return () =>
    new PanelBuilder()
      .title(spec.title)
      .description(spec.description)
      .mode(TextMode.Markdown)
      .content(spec.content())
      .span(12)
      .height(HEIGHT)
}
