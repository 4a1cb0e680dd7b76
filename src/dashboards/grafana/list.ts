import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table'
import type { ListPanel } from '../panel.ts'
import { datasource } from './datasource.ts'
import { thresholds } from './limits.ts'
import type { Render } from './rendered.ts'
import { targets } from './targets.ts'

/** A panel with a table, for Grafana. */

const HEIGHT = 8

/** One row a series, of its values at the end of the time range. */
export const renderList: Render<ListPanel> = (panel, clock) => {
  const value = panel.columns.at(-1) ?? 'value'
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(panel.description)
    .datasource(datasource)
    .unit(panel.unit)
    .targets(targets(panel.queries, clock))
    .span(panel.width)
    .height(HEIGHT)
    .showHeader(true)
    .thresholds(thresholds(panel.limits))
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries([...panel.columns.slice(0, -1), 'Value'].map((name, index) => [name, index])),
        renameByName: { Value: value },
      },
    })
  if (panel.quiet !== undefined) builder.noValue(panel.quiet)
  return builder
}
