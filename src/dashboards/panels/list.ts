import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table'
import { datasource } from '../datasource.ts'
import { thresholds } from '../limits.ts'
import type { Panel, PanelSpec } from '../panel.ts'
import { targets } from '../targets.ts'

/** A panel with a table. */

const HEIGHT = 8

/** One row a series, of its values at the end of the time range. `columns`: its labels, and last the name of the value. */
export function list(spec: PanelSpec & { columns: readonly string[] }): Panel {
  const value = spec.columns.at(-1) ?? 'value'
  return (clock) => {
    const builder = new PanelBuilder()
      .title(spec.title)
      .description(spec.description)
      .datasource(datasource)
      .unit(spec.unit)
      .targets(targets(spec.queries, clock))
      .span(spec.width ?? 12)
      .height(HEIGHT)
      .showHeader(true)
      .thresholds(thresholds(spec.limits))
      .withTransformation({
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          indexByName: Object.fromEntries([...spec.columns.slice(0, -1), 'Value'].map((name, index) => [name, index])),
          renameByName: { Value: value },
        },
      })
    if (spec.quiet !== undefined) builder.noValue(spec.quiet)
    return builder
  }
}
