import {
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorBuilder, FieldColorModeId, MappingType } from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline'
import { NoUnit } from '@grafana/grafana-foundation-sdk/units'
import type { StatesPanel } from '../panel.ts'
import { datasource } from './datasource.ts'
import { thresholds } from './limits.ts'
import type { Render } from './rendered.ts'
import { targets } from './targets.ts'

/** A panel with states over time, for Grafana. */

const HEIGHT = 8

/** One band a series, coloured by what its value stands for. */
export const renderStates: Render<StatesPanel> = (panel, clock) => {
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(panel.description)
    .datasource(datasource)
    .unit(NoUnit)
    .targets(targets(panel.queries, clock))
    .span(panel.width)
    .height(HEIGHT)
    .thresholds(thresholds(panel.limits))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .mappings([{ type: MappingType.ValueToText, options: panel.states }])
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
  if (panel.quiet !== undefined) builder.noValue(panel.quiet)
  return builder
}
