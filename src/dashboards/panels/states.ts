import {
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorBuilder, FieldColorModeId, MappingType } from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline'
import { NoUnit } from '@grafana/grafana-foundation-sdk/units'
import { datasource } from '../datasource.ts'
import { thresholds } from '../limits.ts'
import type { Panel, PanelSpec } from '../panel.ts'
import { targets } from '../targets.ts'

/** A panel with states over time. */

const HEIGHT = 8

/** What a value stands for: its word and colour. */
export type States = Readonly<Record<string, { text: string; color: string }>>

/** One band a series, coloured by what its value stands for. */
export function states(spec: Omit<PanelSpec, 'unit'> & { states: States }): Panel {
  return (clock) => {
    const builder = new PanelBuilder()
      .title(spec.title)
      .description(spec.description)
      .datasource(datasource)
      .unit(NoUnit)
      .targets(targets(spec.queries, clock))
      .span(spec.width ?? 12)
      .height(HEIGHT)
      .thresholds(thresholds(spec.limits))
      .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
      .mappings([{ type: MappingType.ValueToText, options: spec.states }])
      .mergeValues(true)
      .showValue(VisibilityMode.Never)
      .legend(
        new VizLegendOptionsBuilder()
          .displayMode(LegendDisplayMode.List)
          .placement(LegendPlacement.Bottom)
          .showLegend(true)
          .calcs([]),
      )
    if (spec.quiet !== undefined) builder.noValue(spec.quiet)
    return builder
  }
}

export const upOrDown: States = { '1': { text: 'up', color: 'green' }, '0': { text: 'down', color: 'red' } }
export const onOrOff: States = { '1': { text: 'on', color: 'orange' }, '0': { text: 'off', color: 'transparent' } }
