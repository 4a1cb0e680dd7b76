import type { Static } from 'typebox'
import { defined } from '../../base/defined.ts'
import { parseDuration } from '../../base/units/duration.ts'
import type { ForeignSystem, Monitoring } from './foreign-system.ts'
import type { Alertmanager, clocksSchema, Prometheus, prometheusSchema } from './monitoring-schema.ts'

/** The monitoring that a firedrill.yaml names. The document has passed its validation. */
export function readMonitoring({
  prometheus,
  alertmanager,
  clocks = {},
}: MonitoringDocument): Pick<ForeignSystem, 'prometheus' | 'alertmanager' | 'clocks'> {
  const { rules } = mappingOf(prometheus)
  return {
    prometheus: { ...toMonitoring(prometheus), ...(rules === undefined ? {} : { rules: [rules].flat() }) },
    alertmanager: toMonitoring(alertmanager),
    clocks: defined({
      scrapeMs: msOf(clocks.scrape),
      evaluationMs: msOf(clocks.evaluation),
      groupWaitMs: msOf(clocks.groupWait),
    }),
  }
}

interface MonitoringDocument {
  prometheus: Static<typeof Prometheus>
  alertmanager: Static<typeof Alertmanager>
  clocks?: Static<typeof clocksSchema>
}

/** That of Alertmanager has fewer keys than that of Prometheus. */
type Mapping = Static<typeof prometheusSchema>
type Written = string | string[] | Mapping

function mappingOf(written: Written): Mapping {
  return typeof written === 'string' || Array.isArray(written) ? { urls: [written].flat() } : written
}

function toMonitoring(written: Written): Monitoring {
  const { url, urls, query, tokenFrom, headersFrom } = mappingOf(written)
  const [first = '', ...replicas] = [url ?? urls ?? query ?? []].flat()
  return {
    url: first,
    ...(replicas.length === 0 ? {} : { replicas }),
    ...defined({ tokenFrom, headersFrom }),
  }
}

function msOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text)
}
