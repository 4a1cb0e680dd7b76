import { resolve } from 'node:path'
import type { Static } from '#typebox'
import { defined } from '../../base/defined.ts'
import { parseDuration } from '../../base/units/duration.ts'
import type { ForeignSystem, HeaderSource, Monitoring } from './foreign-system.ts'
import { type ClusterDefaults, toProxied } from './kubernetes/read-kubernetes.ts'
import type { Alertmanager, clocksSchema, Prometheus, prometheusSchema } from './monitoring-schema.ts'

/** The monitoring that a firedrill.yaml names. The document has passed its validation. */
export function readMonitoring({
  prometheus,
  alertmanager,
  clocks = {},
  kubernetes = {},
  folder,
}: MonitoringDocument): Pick<ForeignSystem, 'prometheus' | 'alertmanager' | 'clocks'> {
  const { rules } = mappingOf(prometheus)
  return {
    prometheus: {
      ...toMonitoring(prometheus, { kubernetes, folder }),
      ...(rules === undefined ? {} : { rules: [rules].flat() }),
    },
    alertmanager: toMonitoring(alertmanager, { kubernetes, folder }),
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
  /** Where what is on Kubernetes is, unless it says otherwise. */
  kubernetes?: ClusterDefaults
  /** Of the file, which its paths begin at. */
  folder: string
}

/** That of Alertmanager has fewer keys than that of Prometheus. */
type Mapping = Static<typeof prometheusSchema>
type Written = string | string[] | Mapping

function mappingOf(written: Written): Mapping {
  return typeof written === 'string' || Array.isArray(written) ? { urls: [written].flat() } : written
}

function toMonitoring(written: Written, within: { kubernetes: ClusterDefaults; folder: string }): Monitoring {
  const { url, urls, query, kubernetes, tokenFrom, headersFrom: headers } = mappingOf(written)
  const headersFrom = headers && toSources(headers, within.folder)
  if (kubernetes !== undefined) return { ...toProxied(kubernetes, within.kubernetes), ...defined({ headersFrom }) }
  const [first = '', ...replicas] = [url ?? urls ?? query ?? []].flat()
  return {
    url: first,
    ...(replicas.length === 0 ? {} : { replicas }),
    ...defined({ tokenFrom, headersFrom }),
  }
}

function toSources(headers: NonNullable<Mapping['headersFrom']>, folder: string): Record<string, HeaderSource> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, source]) => [
      name,
      typeof source === 'string' ? source : { file: resolve(folder, source.file) },
    ]),
  )
}

function msOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text)
}
