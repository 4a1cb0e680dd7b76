import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import type { GraphPanel } from '../panel.ts'
import { datasource } from './datasource.ts'
import { thresholds } from './limits.ts'
import type { Render } from './rendered.ts'
import { targets } from './targets.ts'

/** A panel with values over time, for Grafana. */

const HEIGHT = 8

/** Series over time. */
export const renderGraph: Render<GraphPanel> = (panel, clock) => {
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(panel.description)
    .datasource(datasource)
    .unit(panel.unit)
    .targets(targets(panel.queries, clock))
    .span(panel.width)
    .height(HEIGHT)
    .lineWidth(1)
    .fillOpacity(panel.stacked ? 40 : 8)
    .showPoints(VisibilityMode.Never)
    .thresholds(thresholds(panel.limits))
    .thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder().mode(
        panel.limits === undefined ? GraphThresholdsStyleMode.Off : GraphThresholdsStyleMode.Dashed,
      ),
    )
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
  if (panel.stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
  if (panel.min !== undefined) builder.min(panel.min)
  if (panel.max !== undefined) builder.max(panel.max)
  if (panel.decimals !== undefined) builder.decimals(panel.decimals)
  if (panel.quiet !== undefined) builder.noValue(panel.quiet)
  return builder
}
