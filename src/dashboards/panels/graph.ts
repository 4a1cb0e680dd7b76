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
import { datasource } from '../datasource.ts'
import { thresholds } from '../limits.ts'
import type { Panel, PanelSpec } from '../panel.ts'
import { targets } from '../targets.ts'

/** A panel with values over time. */

const HEIGHT = 8

/** Series over time. `stacked` for parts of a whole. */
export function graph(spec: PanelSpec & { stacked?: true }): Panel {
  return (clock) => {
    const builder = new PanelBuilder()
      .title(spec.title)
      .description(spec.description)
      .datasource(datasource)
      .unit(spec.unit)
      .targets(targets(spec.queries, clock))
      .span(spec.width ?? 12)
      .height(HEIGHT)
      .lineWidth(1)
      .fillOpacity(spec.stacked ? 40 : 8)
      .showPoints(VisibilityMode.Never)
      .thresholds(thresholds(spec.limits))
      .thresholdsStyle(
        new GraphThresholdsStyleConfigBuilder().mode(
          spec.limits === undefined ? GraphThresholdsStyleMode.Off : GraphThresholdsStyleMode.Dashed,
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
    if (spec.stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    if (spec.min !== undefined) builder.min(spec.min)
    if (spec.max !== undefined) builder.max(spec.max)
    if (spec.decimals !== undefined) builder.decimals(spec.decimals)
    if (spec.quiet !== undefined) builder.noValue(spec.quiet)
    return builder
  }
}
