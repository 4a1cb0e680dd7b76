import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PROMETHEUS_UID } from '../../stack/render/grafana.ts'
import type { ChoiceQuery } from '../dashboard.ts'
import { datasource } from './datasource.ts'

/** The variables at the top of a dashboard: the data source, and labels to choose from. */

const ALL = '.+'

/** Where the data comes from: the provisioned datasource, or another Prometheus after an import. */
export function datasourceVariable(): Builder<VariableModel> {
  return new DatasourceVariableBuilder('datasource')
    .label('Data source')
    .type('prometheus')
    .current({ selected: true, text: 'Prometheus', value: PROMETHEUS_UID })
}

/** A choice of several values of a label, all by default; `series` is what the dashboard is about. */
export function labelVariable({ name, series, label }: ChoiceQuery): Builder<VariableModel> {
  return new QueryVariableBuilder(name)
    .label(name.replace(/^./, (first) => first.toUpperCase()))
    .datasource(datasource)
    .query({ query: `label_values(${series}, ${label})`, refId: name })
    .definition(`label_values(${series}, ${label})`)
    .multi(true)
    .includeAll(true)
    .allValue(ALL)
    .current({ selected: true, text: ['All'], value: ['$__all'] })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
}
