import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat'
import type { FigurePanel } from '../panel.ts'
import { datasource } from './datasource.ts'
import { thresholds } from './limits.ts'
import type { Render } from './rendered.ts'
import { targets } from './targets.ts'

/** A panel with one number, for Grafana. */

const HEIGHT = 4

/** The last value, large, over its course; several queries or series side by side, each with its name. */
export const renderFigure: Render<FigurePanel> = (panel, clock) => {
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(panel.description)
    .datasource(datasource)
    .unit(panel.unit)
    .targets(targets(panel.queries, clock))
    .span(panel.width)
    .height(HEIGHT)
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.Area)
    .textMode(BigValueTextMode.Auto)
    .reduceOptions(new ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']))
    .thresholds(thresholds(panel.limits))
  if (panel.min !== undefined) builder.min(panel.min)
  if (panel.max !== undefined) builder.max(panel.max)
  if (panel.decimals !== undefined) builder.decimals(panel.decimals)
  if (panel.quiet !== undefined) builder.noValue(panel.quiet)
  return builder
}
