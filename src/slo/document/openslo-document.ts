import type { Static } from '#typebox'
import type { FileProblem, Path } from '../../base/files/file-problem.ts'
import { createSchemaCheck } from '../../base/schema/schema-check.ts'
import { didYouMean, oneOf } from '../../base/text/near-name.ts'
import type { AlertMeta, Counting, Objective } from '../objective.ts'
import { day } from '../windows.ts'
import { checkLabels, checkQueries, checkRules } from './objective-checks.ts'
import { type DocumentReader, type ObjectiveDocument, problemAt } from './objective-document.ts'
import { indicatorOf } from './openslo-indicator.ts'
import { labelsOf } from './openslo-labels.ts'
import { checkMetrics, type PlacedSli } from './openslo-metrics.ts'
import { headSchema, sliSpecSchema, sloSpecSchema } from './openslo-schema.ts'
import { checkSupport, UNSUPPORTED_KINDS } from './openslo-support.ts'

/** Reads objectives in OpenSLO's form. */

type SloSpec = Static<typeof sloSpecSchema>
type SliSpec = Static<typeof sliSpecSchema>
type Target = SloSpec['objectives'][number]

const checkSchema = createSchemaCheck()
const KINDS = 'one of SLO, SLI, Service, DataSource'

/** The objectives of an OpenSLO v1 document, or all that is wrong with it. An indicator may stand in a document of its own. */
export const readOpenSloDocument: DocumentReader = (document, place, documents) => {
  const { source, at, value } = document
  const nothing = (problems: FileProblem[]) => ({ objectives: [], problems })
  const { kind } = value as { kind?: unknown }
  const unsupported = UNSUPPORTED_KINDS.get(String(kind))
  if (unsupported !== undefined) {
    return nothing([problemAt({ source, path: [...at, 'kind'] }, unsupported, { expected: KINDS, given: kind })])
  }
  const problems = checkSchema(headSchema, value, { path: at, source })
  if (problems.length > 0) return nothing(problems)
  const head = value as Static<typeof headSchema>
  problems.push(...checkTwice(document, documents))
  // An indicator is checked where it stands, once; rules need nothing of services and data sources.
  if (head.kind === 'SLI') return nothing([...problems, ...checkSli(head.spec, document, documents)])
  if (head.kind !== 'SLO') return nothing(problems)
  problems.push(...checkSchema(sloSpecSchema, head.spec, { path: [...at, 'spec'], source }))
  if (problems.length > 0) return nothing(problems)
  const slo = readSlo(head, document, documents)
  if ('problems' in slo) return nothing([...problems, ...slo.problems])

  const read = slo.spec.objectives.map((_, index) => readObjective(slo, index))
  for (const { objective, path } of read) if (objective !== undefined) place(objective, path)
  return {
    objectives: read.flatMap(({ objective, problems: wrong }) =>
      objective === undefined || wrong.length > 0 ? [] : [objective],
    ),
    problems: [...problems, ...read.flatMap(({ problems: wrong }) => wrong)],
  }
}

function checkSli(
  spec: unknown,
  { source, at }: ObjectiveDocument,
  documents: readonly ObjectiveDocument[],
): FileProblem[] {
  const path = [...at, 'spec']
  const wrong = checkSchema(sliSpecSchema, spec, { path, source })
  return wrong.length > 0 ? wrong : checkMetrics({ sli: spec as SliSpec, source, path }, documents)
}

/** What all objectives of a document have in common, or what is wrong with it. */
function readSlo(
  head: Static<typeof headSchema>,
  document: ObjectiveDocument,
  documents: readonly ObjectiveDocument[],
): Slo | { problems: FileProblem[] } {
  const { source, at } = document
  const spec = head.spec as SloSpec
  const path = [...at, 'metadata', 'labels']
  const { labels, problems: ofLabels } = labelsOf(head.metadata.labels, path, source)
  const problems = [...checkSupport(spec, [...at, 'spec'], source), ...ofLabels, ...checkLabels(labels, path, source)]
  const found = findIndicator(spec, document, documents)
  if ('message' in found) return { problems: [...problems, found] }
  // The problems of an indicator that stands in a document of its own are reported there.
  if (spec.indicator !== undefined) problems.push(...checkMetrics(found, documents))
  return problems.length > 0 ? { problems } : { name: head.metadata.name, spec, labels, found, source, at }
}

/** One objective of a document. It is there where its rules could be made, also with problems. */
function readObjective({ name, spec, labels, found, source, at }: Slo, index: number): ReadObjective {
  const path: Path = [...at, 'spec', 'objectives', index]
  const target = spec.objectives[index] as Target
  const problems = checkTarget(target, path, source)
  const counting: Counting = spec.budgetingMethod === 'Occurrences' ? 'counted' : 'averaged'
  const read = indicatorOf(found.sli, target)
  for (const { path: more, message, expected, inObjective } of read.problems) {
    const place = inObjective === true ? { source, path } : found
    problems.push(problemAt({ source: place.source, path: [...place.path, ...more] }, message, { expected }))
  }
  if (!('indicator' in read) || problems.length > 0) return { path, problems }
  const { indicator, places } = read
  if (indicator.kind === 'ratio' && counting === 'counted') {
    const method = { source, path: [...at, 'spec', 'budgetingMethod'] }
    const expected = 'RatioTimeslices'
    problems.push(problemAt(method, 'a stored ratio has no occurrences to count', { expected }))
  }
  const queries =
    indicator.kind === 'ratio' ? [indicator.errorRatioQuery] : [indicator.errorQuery, indicator.totalQuery]
  const placed = queries.map((query, n) => ({ query, path: [...found.path, ...(places[n] ?? [])] }))
  problems.push(...checkQueries(placed, counting, found.source))
  const objective: Objective = {
    service: spec.service,
    // As Sloth names the objectives of an OpenSLO document.
    name: `${name}-${index}`,
    description: spec.description ?? target.displayName ?? '',
    targetPercent: target.targetPercent ?? percent(target.target ?? 0),
    periodMs: spec.timeWindow[0]?.duration === '30d' ? 30 * day : 28 * day,
    indicator,
    counting,
    labels,
    page: alertMeta(spec.service, 'critical'),
    ticket: alertMeta(spec.service, 'warning'),
    spec: 'openslo/v1',
  }
  if (problems.length === 0) problems.push(...checkRules(objective, found.path, found.source))
  return { path, objective, problems }
}

/** 0.9995 is 99.95, not 99.95000000000000284. */
function percent(ratio: number): number {
  return Number((ratio * 100).toPrecision(12))
}

function alertMeta(service: string, severity: string): AlertMeta {
  return { name: 'ErrorBudgetBurn', labels: { service, severity }, annotations: {} }
}

function checkTarget(target: Target, path: Path, source: ObjectiveDocument['source']): FileProblem[] {
  if ((target.target === undefined) !== (target.targetPercent === undefined)) return []
  const message = target.target === undefined ? 'no target' : 'two targets'
  return [problemAt({ source, path }, message, { expected: 'one of target and targetPercent' })]
}

interface Head {
  kind?: unknown
  metadata?: { name?: unknown }
  spec?: unknown
}

/** Kinds that others reference by name: two of one kind may not have the same name. */
const REFERENCED_BY_NAME: ReadonlySet<string> = new Set(['SLI', 'DataSource'])

function checkTwice(document: ObjectiveDocument, documents: readonly ObjectiveDocument[]): FileProblem[] {
  const { kind, metadata } = document.value as Head
  const first = documents.find(({ value }) => {
    const other = value as Head
    return other.kind === kind && other.metadata?.name === metadata?.name
  })
  if (first === undefined || first === document || !REFERENCED_BY_NAME.has(String(kind))) return []
  const { line } = first.source.positionOf(first.at)
  const path = [...document.at, 'metadata', 'name']
  const message = `a document of kind ${String(kind)} with this name is there twice`
  return [
    problemAt({ source: document.source, path }, message, {
      expected: `another name: line ${line} has it`,
      given: metadata?.name,
    }),
  ]
}

function findIndicator(
  { indicator, indicatorRef }: SloSpec,
  { source, at }: ObjectiveDocument,
  documents: readonly ObjectiveDocument[],
): PlacedSli | FileProblem {
  if ((indicator === undefined) === (indicatorRef === undefined)) {
    const message = indicator === undefined ? 'no indicator' : 'two indicators'
    return problemAt({ source, path: [...at, 'spec'] }, message, { expected: 'one of indicator and indicatorRef' })
  }
  if (indicator !== undefined) return { sli: indicator.spec, source, path: [...at, 'spec', 'indicator', 'spec'] }
  const indicators = documents.flatMap((one) => {
    const { kind, metadata, spec } = one.value as Head
    if (kind !== 'SLI') return []
    return [{ name: String(metadata?.name), sli: spec as SliSpec, source: one.source, path: [...one.at, 'spec'] }]
  })
  const found = indicators.find(({ name }) => name === indicatorRef)
  const names = indicators.map(({ name }) => name)
  const path = [...at, 'spec', 'indicatorRef']
  if (found === undefined) {
    return problemAt({ source, path }, `unknown indicator "${indicatorRef}"`, {
      expected: names.length === 0 ? 'a document with kind: SLI of that name in the same file' : oneOf(names),
      next: didYouMean(indicatorRef ?? '', names),
    })
  }
  const wrong = checkSchema(sliSpecSchema, found.sli, { path: found.path, source: found.source })
  if (wrong.length > 0 || checkMetrics(found, documents).length > 0) {
    return problemAt({ source, path }, `the indicator "${indicatorRef}" has problems of its own`)
  }
  return found
}

/** What the objectives of one document are made from. */
interface Slo {
  name: string
  spec: SloSpec
  labels: Record<string, string>
  found: PlacedSli
  source: ObjectiveDocument['source']
  at: Path
}

interface ReadObjective {
  path: Path
  objective?: Objective
  problems: FileProblem[]
}
