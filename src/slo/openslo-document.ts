import type { Static } from 'typebox'
import { didYouMean, type FileProblem, formatPath, oneOf, type Path } from '../base/file-problem.ts'
import { createSchemaCheck } from '../base/schema-check.ts'
import type { YamlSource } from '../base/yaml-source.ts'
import type { AlertMeta, Counting, Objective } from './objective.ts'
import { checkQueries } from './objective-checks.ts'
import { indicatorOf } from './openslo-indicator.ts'
import { headSchema, sliSpecSchema, sloSpecSchema } from './openslo-schema.ts'
import { day } from './windows.ts'

type SloSpec = Static<typeof sloSpecSchema>
type SliSpec = Static<typeof sliSpecSchema>
type Target = SloSpec['objectives'][number]

/** An indicator and where it stands. */
interface Found {
  sli: SliSpec
  source: YamlSource
  path: Path
}

const checkSchema = createSchemaCheck()

/**
 * The objectives of an OpenSLO v1 document, or all that is wrong with it. `documents` are all of its file: an indicator may
 * stand in one of its own. `place` gets the path of each objective.
 */
export function readOpenSloDocument(
  source: YamlSource,
  place: (objective: Objective, path: Path) => void,
  documents: readonly YamlSource[],
): { objectives: Objective[]; problems: FileProblem[] } {
  const problems = checkSchema(headSchema, source.value, [], source)
  const document = source.value as Static<typeof headSchema>
  if (problems.length > 0) return { objectives: [], problems }
  // An indicator is checked where it stands, once; services and data sources say nothing that rules need.
  if (document.kind === 'SLI') {
    return { objectives: [], problems: checkSchema(sliSpecSchema, document.spec, ['spec'], source) }
  }
  if (document.kind !== 'SLO') return { objectives: [], problems }
  problems.push(...checkSchema(sloSpecSchema, document.spec, ['spec'], source))
  if (problems.length > 0) return { objectives: [], problems }

  const spec = document.spec as SloSpec
  const found = findIndicator(spec, source, documents)
  if ('message' in found) return { objectives: [], problems: [found] }
  const objectives: Objective[] = []
  for (const [index, target] of spec.objectives.entries()) {
    const path: Path = ['spec', 'objectives', index]
    const wrong = checkTarget(target, path, source)
    const read = indicatorOf(found.sli, target)
    for (const { path: more, message, expected } of read.problems) {
      const at = [...found.path, ...more]
      wrong.push({ ...found.source.positionOf(at), path: formatPath(at), message, expected })
    }
    if ('indicator' in read) {
      const counting: Counting = spec.budgetingMethod === 'Occurrences' ? 'counted' : 'averaged'
      const { indicator } = read
      if (indicator.kind === 'ratio' && counting === 'counted') {
        wrong.push({
          ...source.positionOf(['spec', 'budgetingMethod']),
          path: 'spec.budgetingMethod',
          message: 'a stored ratio has no occurrences to count',
          expected: 'RatioTimeslices',
        })
      }
      const queries =
        indicator.kind === 'ratio' ? [indicator.errorRatioQuery] : [indicator.errorQuery, indicator.totalQuery]
      wrong.push(
        ...checkQueries(
          queries.map((query) => [[], query] as const),
          found.path,
          counting,
          found.source,
        ),
      )
      if (wrong.length === 0) {
        const objective: Objective = {
          service: spec.service,
          // As Sloth names the objectives of an OpenSLO document.
          name: `${document.metadata.name}-${index}`,
          description: spec.description ?? target.displayName ?? '',
          targetPercent: target.targetPercent ?? percent(target.target ?? 0),
          periodMs:
            spec.timeWindow?.[0]?.duration === '28d' || spec.timeWindow?.[0]?.duration === '4w' ? 28 * day : 30 * day,
          indicator,
          counting,
          labels: {},
          page: alertMeta(spec.service, 'critical'),
          ticket: alertMeta(spec.service, 'warning'),
          spec: 'openslo/v1',
        }
        objectives.push(objective)
        place(objective, path)
      }
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

function checkTarget(target: Target, path: Path, source: YamlSource): FileProblem[] {
  if ((target.target === undefined) !== (target.targetPercent === undefined)) return []
  const message = target.target === undefined ? 'no target' : 'two targets'
  return [{ ...source.positionOf(path), path: formatPath(path), message, expected: 'one of target and targetPercent' }]
}

function findIndicator(spec: SloSpec, source: YamlSource, documents: readonly YamlSource[]): Found | FileProblem {
  const { indicator, indicatorRef } = spec
  if ((indicator === undefined) === (indicatorRef === undefined)) {
    return {
      ...source.positionOf(['spec']),
      path: 'spec',
      message: indicator === undefined ? 'no indicator' : 'two indicators',
      expected: 'one of indicator and indicatorRef',
    }
  }
  if (indicator !== undefined) return { sli: indicator.spec, source, path: ['spec', 'indicator', 'spec'] }
  const indicators = documents.flatMap((one) => {
    const {
      kind,
      metadata,
      spec: sli,
    } = (one.value ?? {}) as { kind?: unknown; metadata?: { name?: unknown }; spec?: unknown }
    return kind === 'SLI' ? [{ name: String(metadata?.name), sli: sli as SliSpec, source: one, path: ['spec'] }] : []
  })
  const found = indicators.find(({ name }) => name === indicatorRef)
  const names = indicators.map(({ name }) => name)
  const at = { ...source.positionOf(['spec', 'indicatorRef']), path: 'spec.indicatorRef' }
  if (found === undefined) {
    const next = didYouMean(indicatorRef ?? '', names)
    return {
      ...at,
      message: `unknown indicator "${indicatorRef}"`,
      expected: names.length === 0 ? 'a document with kind: SLI of that name in the same file' : oneOf(names),
      ...(next === undefined ? {} : { next }),
    }
  }
  // What is wrong with it is told where it stands.
  if (checkSchema(sliSpecSchema, found.sli, ['spec'], found.source).length > 0) {
    return { ...at, message: `the indicator "${indicatorRef}" has problems of its own` }
  }
  return found
}
