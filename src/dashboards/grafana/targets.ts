import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import type { Clock } from '../clock.ts'
import type { Query } from '../panel.ts'
import { datasource } from './datasource.ts'

/** A panel's queries as Grafana's Prometheus datasource takes them: A, B, C … */
export function targets(queries: readonly Query[], clock: Clock): DataqueryBuilder[] {
  return queries.map(({ expr, legend, exporter, instant }, index) => {
    const target = new DataqueryBuilder()
      .datasource(datasource)
      .refId(String.fromCharCode('A'.charCodeAt(0) + index))
      .expr(expr)
      .legendFormat(legend)
      .format(instant ? PromQueryFormat.Table : PromQueryFormat.TimeSeries)
    if (exporter) target.interval(clock.exporterScrape)
    return instant ? target.instant() : target.range()
  })
}
