import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { datasource } from '../datasource.ts'
import { thresholds } from '../limits.ts'
import type { Panel, PanelSpec } from '../panel.ts'
import { targets } from '../targets.ts'

/** A panel with one number. */

const HEIGHT = 4

/** The last value, large, over its course; several queries or series side by side, each with its name. */
export function figure(spec: PanelSpec): Panel {
  return (clock) => {
    const builder = new PanelBuilder()
      .title(spec.title)
      .description(spec.description)
      .datasource(datasource)
      .unit(spec.unit)
      .targets(targets(spec.queries, clock))
      .span(spec.width ?? 4)
      .height(HEIGHT)
      .colorMode(BigValueColorMode.Value)
      .graphMode(BigValueGraphMode.Area)
      .textMode(BigValueTextMode.Auto)
      .reduceOptions(new ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']))
      .thresholds(thresholds(spec.limits))
    if (spec.min !== undefined) builder.min(spec.min)
    if (spec.max !== undefined) builder.max(spec.max)
    if (spec.decimals !== undefined) builder.decimals(spec.decimals)
    if (spec.quiet !== undefined) builder.noValue(spec.quiet)
    return builder
  }
}
