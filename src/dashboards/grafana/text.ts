import { PanelBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text'
import type { TextPanel } from '../panel.ts'
import type { Render } from './rendered.ts'

/** A panel with text, for Grafana. */

const HEIGHT = 12

/** Markdown to be read. */
export const renderText: Render<TextPanel> = (panel) =>
  new PanelBuilder()
    .title(panel.title)
    .description(panel.description)
    .mode(TextMode.Markdown)
    .content(panel.content())
    .span(panel.width)
    .height(HEIGHT)
