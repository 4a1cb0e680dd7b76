import type { Static } from '#typebox'
import type { FileProblem, Path } from '../../base/files/file-problem.ts'
import { createSchemaCheck } from '../../base/schema/schema-check.ts'
import { didYouMean, oneOf } from '../../base/text/near-name.ts'
import { checkQuery } from './objective-checks.ts'
import { type ObjectiveDocument, problemAt, type SourcePath } from './objective-document.ts'
import { querySchema, type sliSpecSchema } from './openslo-schema.ts'

/** Checks the metric sources of an OpenSLO indicator. */

type SliSpec = Static<typeof sliSpecSchema>
type Metric = NonNullable<SliSpec['thresholdMetric']>

/** An indicator and where it stands. */
export interface PlacedSli {
  sli: SliSpec
  source: ObjectiveDocument['source']
  path: Path
}

const checkSchema = createSchemaCheck()
const EXPECTED = 'type: Prometheus, or metricSourceRef with the name of a DataSource of this file'

/** What is wrong with the metrics of an indicator: they are not for Prometheus, or not PromQL. `documents` are all of its file. */
export function checkMetrics({ sli, source, path }: PlacedSli, documents: readonly ObjectiveDocument[]): FileProblem[] {
  return metricsOf(sli).flatMap(([metric, more]) => {
    const at = [...path, ...more, 'metricSource']
    const wrong = checkSource(metric.metricSource, { source, path: at }, documents)
    if (wrong.length > 0) return wrong
    const { spec } = metric.metricSource
    const problems = checkSchema(querySchema, spec, { path: [...at, 'spec'], source })
    return problems.length > 0
      ? problems
      : checkQuery({ query: queryOf(metric), path: [...at, 'spec', 'query'] }, source)
  })
}

/** The query of a metric that was checked. */
export function queryOf({ metricSource }: Metric): string {
  return (metricSource.spec as Static<typeof querySchema>).query
}

function metricsOf({ thresholdMetric, ratioMetric = {} }: SliSpec): (readonly [Metric, Path])[] {
  const { good, bad, total, raw } = ratioMetric
  const all: (readonly [Metric | undefined, Path])[] = [
    [thresholdMetric, ['thresholdMetric']],
    ...Object.entries({ good, bad, total, raw }).map(([key, one]) => [one, ['ratioMetric', key]] as const),
  ]
  return all.flatMap(([metric, path]) => (metric === undefined ? [] : [[metric, path] as const]))
}

function checkSource(
  { type, metricSourceRef }: Metric['metricSource'],
  { source, path: at }: SourcePath,
  documents: readonly ObjectiveDocument[],
): FileProblem[] {
  if (type !== undefined && !isPrometheus(type)) {
    return [
      problemAt({ source, path: [...at, 'type'] }, `metrics of ${type} are not read`, {
        expected: 'Prometheus',
        given: type,
      }),
    ]
  }
  if (metricSourceRef === undefined) {
    if (type !== undefined) return []
    return [problemAt({ source, path: at }, 'not said which monitoring has this metric', { expected: EXPECTED })]
  }
  const path = [...at, 'metricSourceRef']
  const known = dataSourcesOf(documents)
  const found = known.get(metricSourceRef)
  if (found !== undefined) {
    if (isPrometheus(found)) return []
    const message = `the data source "${metricSourceRef}" is one of type ${String(found)}, which is not read`
    return [
      problemAt({ source, path }, message, { expected: 'a DataSource with type: Prometheus', given: metricSourceRef }),
    ]
  }
  if (type !== undefined) return []
  const names = [...known.keys()]
  return [
    problemAt({ source, path }, `unknown data source "${metricSourceRef}"`, {
      expected: names.length === 0 ? `a DataSource of that name in the same file, or type: Prometheus` : oneOf(names),
      next: didYouMean(metricSourceRef, names),
    }),
  ]
}

/** The types of a file's data sources, by name. */
function dataSourcesOf(documents: readonly ObjectiveDocument[]): Map<string, unknown> {
  return new Map(
    documents.flatMap(({ value }) => {
      const { kind, metadata, spec } = value as {
        kind?: unknown
        metadata?: { name?: unknown }
        spec?: { type?: unknown }
      }
      return kind === 'DataSource' ? [[String(metadata?.name), spec?.type] as const] : []
    }),
  )
}

function isPrometheus(type: unknown): boolean {
  return typeof type === 'string' && type.toLowerCase() === 'prometheus'
}
