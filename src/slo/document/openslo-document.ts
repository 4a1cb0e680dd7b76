import type { Static } from 'typebox'
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
    return nothing([problemAt(source, [...at, 'kind'], unsupported, { expected: KINDS, given: kind })])
  }
  const problems = checkSchema(headSchema, value, at, source)
  if (problems.length > 0) return nothing(problems)
  const head = value as Static<typeof headSchema>
  problems.push(...checkTwice(document, documents))
  // An indicator is checked where it stands, once; services and data sources say nothing that rules need.
  if (head.kind === 'SLI') {
    const path = [...at, 'spec']
    const wrong = checkSchema(sliSpecSchema, head.spec, path, source)
    if (wrong.length === 0) wrong.push(...checkMetrics({ sli: head.spec as SliSpec, source, path }, documents))
    return nothing([...problems, ...wrong])
  }
  if (head.kind !== 'SLO') return nothing(problems)
  problems.push(...checkSchema(sloSpecSchema, head.spec, [...at, 'spec'], source))
  if (problems.length > 0) return nothing(problems)

  const spec = head.spec as SloSpec
  const labels = labelsOf(head.metadata.labels, [...at, 'metadata', 'labels'], source)
  problems.push(...checkSupport(spec, [...at, 'spec'], source), ...labels.problems)
  problems.push(...checkLabels(labels.labels, [...at, 'metadata', 'labels'], source))
  const found = findIndicator(spec, document, documents)
  if ('message' in found) return nothing([...problems, found])
  // What is wrong with an indicator of its own is reported where it stands.
  if (spec.indicator !== undefined) problems.push(...checkMetrics(found, documents))
  if (problems.length > 0) return nothing(problems)

  const objectives: Objective[] = []
  for (const [index, target] of spec.objectives.entries()) {
    const path: Path = [...at, 'spec', 'objectives', index]
    const wrong = checkTarget(target, path, source)
    const counting: Counting = spec.budgetingMethod === 'Occurrences' ? 'counted' : 'averaged'
    const read = indicatorOf(found.sli, target)
    for (const { path: more, message, expected, inObjective } of read.problems) {
      const [from, base] = inObjective === true ? [source, path] : [found.source, found.path]
      wrong.push(problemAt(from, [...base, ...more], message, { expected }))
    }
    if ('indicator' in read && wrong.length === 0) {
      const { indicator, places } = read
      if (indicator.kind === 'ratio' && counting === 'counted') {
        const expected = { expected: 'RatioTimeslices' }
        const at_ = [...at, 'spec', 'budgetingMethod']
        wrong.push(problemAt(source, at_, 'a stored ratio has no occurrences to count', expected))
      }
      const queries =
        indicator.kind === 'ratio' ? [indicator.errorRatioQuery] : [indicator.errorQuery, indicator.totalQuery]
      const placed = queries.map((query, one) => ({ query, path: [...found.path, ...(places[one] ?? [])] }))
      wrong.push(...checkQueries(placed, counting, found.source))
      const objective: Objective = {
        service: spec.service,
        // As Sloth names the objectives of an OpenSLO document.
        name: `${head.metadata.name}-${index}`,
        description: spec.description ?? target.displayName ?? '',
        targetPercent: target.targetPercent ?? percent(target.target ?? 0),
        periodMs: spec.timeWindow[0]?.duration === '30d' ? 30 * day : 28 * day,
        indicator,
        counting,
        labels: labels.labels,
        page: alertMeta(spec.service, 'critical'),
        ticket: alertMeta(spec.service, 'warning'),
        spec: 'openslo/v1',
      }
      if (wrong.length === 0) wrong.push(...checkRules(objective, found.path, found.source))
      if (wrong.length === 0) objectives.push(objective)
      place(objective, path)
    }
    problems.push(...wrong)
  }
  return { objectives, problems }
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
  return [problemAt(source, path, message, { expected: 'one of target and targetPercent' })]
}

interface Head {
  kind?: unknown
  metadata?: { name?: unknown }
  spec?: unknown
}

/** Kinds that others reference by name: two of one kind may not have the same name. */
const MEANT_BY_NAME: ReadonlySet<string> = new Set(['SLI', 'DataSource'])

function checkTwice(document: ObjectiveDocument, documents: readonly ObjectiveDocument[]): FileProblem[] {
  const { kind, metadata } = document.value as Head
  const first = documents.find(({ value }) => {
    const other = value as Head
    return other.kind === kind && other.metadata?.name === metadata?.name
  })
  if (first === undefined || first === document || !MEANT_BY_NAME.has(String(kind))) return []
  const { line } = first.source.positionOf(first.at)
  const path = [...document.at, 'metadata', 'name']
  const message = `a document of kind ${String(kind)} with this name is there twice`
  return [
    problemAt(document.source, path, message, { expected: `another name: line ${line} has it`, given: metadata?.name }),
  ]
}

function findIndicator(
  { indicator, indicatorRef }: SloSpec,
  { source, at }: ObjectiveDocument,
  documents: readonly ObjectiveDocument[],
): PlacedSli | FileProblem {
  if ((indicator === undefined) === (indicatorRef === undefined)) {
    const message = indicator === undefined ? 'no indicator' : 'two indicators'
    return problemAt(source, [...at, 'spec'], message, { expected: 'one of indicator and indicatorRef' })
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
    return problemAt(source, path, `unknown indicator "${indicatorRef}"`, {
      expected: names.length === 0 ? 'a document with kind: SLI of that name in the same file' : oneOf(names),
      next: didYouMean(indicatorRef ?? '', names),
    })
  }
  const wrong = checkSchema(sliSpecSchema, found.sli, found.path, found.source)
  if (wrong.length > 0 || checkMetrics(found, documents).length > 0) {
    return problemAt(source, path, `the indicator "${indicatorRef}" has problems of its own`)
  }
  return found
}
